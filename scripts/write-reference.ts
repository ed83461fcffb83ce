/**
 * Writes docs/REFERENCE.md from the registries of components.
 *
 *   npm run docs:reference
 */
import { join } from "node:path";
import { writeFileAtomically } from "../src/files/atomic-file.js";
import { packageRoot } from "../src/files/package-root.js";
import { referenceDocument } from "../src/runs/config/reference.js";

writeFileAtomically(join(packageRoot, "docs/REFERENCE.md"), referenceDocument());
