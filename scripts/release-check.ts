/**
 * Tries a release as its users do: packs the package, installs it in an empty folder and in an ESM, a CommonJS and a
 * TypeScript project, without any flag, runs the command there and imports every subpath. Changes nothing but `dist`, which
 * packing builds anew.
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
const SETS = SETTINGS.flatMap((setting) => ["--set", setting]);
/** The strictest types. */
const TYPES = {
  ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
  ...{ module: "nodenext", target: "es2022", types: ["node"], noEmit: true },
};

const folder = mkdtempSync(join(tmpdir(), "learning-law-release-"));

/** Says what is done and does it; what it prints is returned. */
function run(what: string, cwd: string, command: string, ...args: string[]): string {
  console.log(`\n${what}\n  ${[command, ...args].join(" ")}`);
  const began = performance.now();
  // The settings of the npm that runs this are not its child's, and the user has set none.
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|ONNXRUNTIME_)/.test(name));
  const env = Object.fromEntries(own);
  const output = execFileSync(command, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  console.log(`  took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return output.trim();
}

/** A project with this package.json, or an empty folder, and with the package installed in it. */
function install(name: string, manifest: object | undefined, ...packages: string[]): string {
  const project = join(folder, name);
  mkdirSync(project);
  if (manifest !== undefined) writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  run(`Installing it: ${name}`, project, "npm", "install", "--no-audit", "--no-fund", ...packages);
  const native = existsSync(join(project, "node_modules", "onnxruntime-node"));
  console.log(`  it computes ${native ? "natively" : "in WebAssembly"}`);
  return project;
}

function expectEqual(found: string, wanted: string): void {
  if (found !== wanted) throw new Error(`it says ${found}, and ${wanted} is wanted`);
}

function tryCommand(project: string): void {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  expectEqual(run("Asking for its version", project, "npx", "learning-law", "--version"), version);
  const search = ["learning-law", "search", "quickstart", "--report", "--json", ...SETS];
  const found = run("Searching and drawing", project, "npx", ...search);
  const { epochs } = JSON.parse(found.slice(found.lastIndexOf("\n") + 1));
  if (!existsSync(join(project, "runs", "quickstart-1", "report.html"))) throw new Error("there is no report");
  console.log(`  ${epochs.length} epochs and a report`);
}

function tryImports(project: string): void {
  const dist = join(project, "node_modules", "learning-law", "dist");
  const floors = readdirSync(dist).filter((name) => existsSync(join(dist, name, "index.js")));
  for (const subpath of ["", ...floors.map((name) => `/${name}`), "/runtime/web"]) {
    const program = `import * as all from "learning-law${subpath}"; console.log(Object.keys(all).length);`;
    const args = ["--input-type=module", "--eval", program];
    console.log(`  ${run(`Importing learning-law${subpath}`, project, "node", ...args)} values`);
  }
}

function tryRequire(project: string): void {
  const program = 'const { search } = require("learning-law/search"); console.log(typeof search);';
  expectEqual(run("Requiring it", project, "node", "--eval", program), "function");
}

/** The script of the README under the strictest types. */
function tryTypes(project: string): void {
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const script = /```ts\n([\s\S]*?)```/.exec(readme.slice(readme.indexOf("\n## From a script")))![1];
  writeFileSync(join(project, "readme.ts"), script);
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: TYPES, files: ["readme.ts"] }));
  run("Checking the types of the script in the README", project, "npx", "tsc");
}

function main(): void {
  run("Packing", packageRoot, "npm", "pack", "--silent", "--pack-destination", folder);
  const name = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  const tarball = join(folder, name);
  console.log(`  ${name}: ${(statSync(tarball).size / 2 ** 20).toFixed(1)} MiB`);

  tryCommand(install("an empty folder", undefined, tarball));
  tryImports(install("an ESM project", { private: true, type: "module" }, tarball));
  tryRequire(install("a CommonJS project", { private: true, type: "commonjs" }, tarball));
  const { typescript, "@types/node": node } = JSON.parse(
    readFileSync(join(packageRoot, "package.json"), "utf8"),
  ).devDependencies;
  const types = [`typescript@${typescript}`, `@types/node@${node}`];
  tryTypes(install("a TypeScript project", { private: true, type: "module" }, tarball, ...types));
  console.log(`\nAll of it works: ${name}.`);
}

try {
  main();
} finally {
  rmSync(folder, { recursive: true });
}
