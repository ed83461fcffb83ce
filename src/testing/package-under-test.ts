import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { packageRoot } from "../files/package-root.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the package that is compiled from the source for this run of the tests. */
    packageUnderTest: string;
  }
}

/** Below the checkout, so that the dependencies are found above. One folder for every process that runs tests. */
const folders = join(packageRoot, "build", "package-under-test");

/** Vitest's global setup: compiles the source as `npm run build` does, for tests of the command and of the package. */
export default function setup(project: TestProject): () => void {
  removeFoldersOfTheDead();
  const folder = join(folders, String(process.pid));
  mkdirSync(folder, { recursive: true });
  cpSync(join(packageRoot, "package.json"), join(folder, "package.json"));
  if (!existsSync(join(folder, "data"))) symlinkSync(join(packageRoot, "data"), join(folder, "data"));
  compileInto(join(folder, "dist"));
  project.onTestsRerun(() => compileInto(join(folder, "dist")));
  project.provide("packageUnderTest", folder);
  return () => rmSync(folder, { recursive: true });
}

/** Without looking at types: `npm run typecheck` does, and so it takes 0.4 seconds. */
function compileInto(folder: string): void {
  const compiler = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
  const options = ["--noCheck", "--declaration", "false", "--outDir", folder];
  execFileSync(process.execPath, [compiler, "--project", join(packageRoot, "tsconfig.build.json"), ...options], {
    stdio: "inherit",
  });
}

/** A process that was killed leaves its folder. */
function removeFoldersOfTheDead(): void {
  if (!existsSync(folders)) return;
  for (const name of readdirSync(folders))
    if (!isAlive(Number(name))) rmSync(join(folders, name), { recursive: true, force: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
