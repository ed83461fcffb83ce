import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asInputError } from "./atomic-file.js";
import { LOCK, lockFolder } from "./folder-lock.js";

const NAME = /^learning-law-[0-9a-f]{16}$/;
/** Between the making of a folder and its lock another process could take it for one that was left. */
const YOUNG_SECONDS = 60;

/**
 * Gives `use` a folder of its own in the temporary directory, which nobody else can read, and removes it afterwards. The
 * folder is locked meanwhile, so that one that a killed process left is known, and removed when the next is made.
 *
 * @param names of the files that `use` writes there; of what was left, nothing else is removed
 * @throws InputError where the temporary directory cannot be written
 */
export async function withTemporaryFolder<Result>(
  names: readonly string[],
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const parent = tmpdir();
  removeLeft(parent, names);
  const folder = join(parent, `learning-law-${randomBytes(8).toString("hex")}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw asInputError(error, `cannot make a temporary folder in ${parent} (TMPDIR chooses another)`);
  }
  const lock = lockFolder(folder);
  try {
    return await use(folder);
  } finally {
    lock.release();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes the folders of processes that have ended. Those of other people cannot be, and stay. */
function removeLeft(parent: string, names: readonly string[]): void {
  for (const name of namesIn(parent)) {
    if (!NAME.test(name)) continue;
    const folder = join(parent, name);
    try {
      if (Date.now() - statSync(folder).mtimeMs < 1000 * YOUNG_SECONDS && !namesIn(folder).includes(LOCK)) continue;
      const lock = lockFolder(folder);
      remove(folder, names);
      lock.release();
      rmdirSync(folder);
    } catch {
      // It is another process's, or somebody keeps something there.
    }
  }
}

function remove(folder: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(folder, name), { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
