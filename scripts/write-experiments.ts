/**
 * Writes docs/EXPERIMENTS.md from the records in src/experiments and the results in docs/experiments/results.
 *
 *   npm run docs:experiments
 */
import { join } from "node:path";
import { experiments } from "../src/experiments/registry.js";
import { experimentsDocument, readAllResults } from "../src/experiments/results/experiments-document.js";
import { writeFileAtomically } from "../src/files/atomic-file.js";
import { packageRoot } from "../src/files/package-root.js";

const results = readAllResults(join(packageRoot, "docs/experiments/results"), experiments);
writeFileAtomically(join(packageRoot, "docs/EXPERIMENTS.md"), experimentsDocument(experiments, results));
