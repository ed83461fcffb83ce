/**
 * Tries a release as its user does: packs the package, installs it in an empty folder, runs the command and imports every
 * subpath there. Changes nothing but `dist`, which packing builds anew.
 *
 *   npm run release:check
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/files/package-root.js";

/** A search that takes seconds, on the data that the package holds. */
const SETTINGS = ["data.examples=16", "data.desiredExamples=8", "learning.steps=5", "search.epochs=1"];
/** Needs a package that only those install who want it. */
const OPTIONAL = "runtime/web";

const folder = mkdtempSync(join(tmpdir(), "learning-law-release-"));
const project = join(folder, "project");

/** Says what is done and does it; what it prints is returned. */
function run(what: string, cwd: string, command: string, ...args: string[]): string {
  console.log(`\n${what}\n  ${[command, ...args].join(" ")}`);
  const began = performance.now();
  // ONNX Runtime would fetch files for CUDA. The settings of the npm that runs this are not its child's.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_"));
  const env = { ...Object.fromEntries(own), ONNXRUNTIME_NODE_INSTALL: "skip" };
  const output = execFileSync(command, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  console.log(`  took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return output.trim();
}

function main(): void {
  run("Packing", packageRoot, "npm", "pack", "--silent", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  console.log(`  ${tarball}: ${(statSync(join(folder, tarball)).size / 2 ** 20).toFixed(1)} MiB`);

  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  run("Installing it in an empty folder", project, "npm", "install", "--no-audit", "--no-fund", join(folder, tarball));

  const installed = join(project, "node_modules", "learning-law");
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  const command = join(project, "node_modules", ".bin", "learning-law");
  const said = run("Asking the command for its version", project, command, "--version");
  if (said !== version) throw new Error(`it says ${said}, and the package is ${version}`);
  const sets = SETTINGS.flatMap((setting) => ["--set", setting]);
  const found = run("Searching and drawing", project, command, "search", "quickstart", "--report", "--json", ...sets);
  const { epochs } = JSON.parse(found.slice(found.lastIndexOf("\n") + 1));
  if (!existsSync(join(project, "runs", "quickstart-1", "report.html"))) throw new Error("there is no report");
  console.log(`  ${epochs.length} epochs and a report`);

  const floors = readdirSync(join(installed, "dist"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(installed, "dist", entry.name, "index.js")))
    .map(({ name }) => name);
  for (const subpath of ["", ...floors]) {
    const name = subpath === "" ? "learning-law" : `learning-law/${subpath}`;
    const program = `const exported = Object.keys(await import("${name}")); console.log(exported.length);`;
    console.log(`  ${run(`Importing ${name}`, project, "node", "--eval", program)} values`);
  }
  console.log(`\nNot tried: learning-law/${OPTIONAL}, for which onnxruntime-web is to be installed too.`);
  console.log(`All of it works: ${tarball}.`);
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true });
}
