/**
 * Compiles the package and bundles its page: `node scripts/build.mjs [FOLDER]`, into dist by default.
 *
 * Processes that run from the folder load parts of it late. So it is compiled elsewhere first, and then each file that has
 * changed takes its place by one rename: at any moment every file is there, whole. Only what no source gives any more is
 * removed. Where the compiler finds a mistake, the folder stays as it was.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build-page.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = resolve(process.argv[2] ?? join(root, "dist"));
const fresh = `${out}.${process.pid}.building`;

/** The paths of all files in a folder, within it. */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true }).map(String);
  return names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
}

function compile() {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [compiler, "--project", join(root, "tsconfig.build.json"), "--outDir", fresh];
  return spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
}

function takePlace() {
  const made = new Set(filesIn(fresh));
  for (const name of made) {
    const place = join(out, name);
    if (existsSync(place) && readFileSync(place).equals(readFileSync(join(fresh, name)))) continue;
    mkdirSync(dirname(place), { recursive: true });
    renameSync(join(fresh, name), place);
  }
  for (const name of filesIn(out)) if (!made.has(name)) rmSync(join(out, name), { force: true });
}

try {
  process.exitCode = compile();
  if (process.exitCode === 0) {
    await buildPage(join(fresh, "serve", "page"));
    takePlace();
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
