import { closeSync, fstatSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { tryLock } from "fs-native-extensions";
import { InputError } from "../base/errors.js";
import { asInputError } from "./atomic-file.js";

/** The file in a folder whose lock is the folder's. */
export const LOCK = ".lock";

/** The right to write in a folder, of one process at a time. */
export interface FolderLock {
  /** Gives the folder free, and removes the lock's file. */
  release(): void;
}

/**
 * Locks a folder for this process. The lock is the operating system's, on the open file: it ends with the process, however
 * that ends, and a file that a killed process left locks nothing.
 *
 * @throws InputError if another process holds the lock, or the folder cannot be written
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK);
  for (;;) {
    const file = openLock(path, folder);
    let mine = false;
    try {
      if (!tryLock(file))
        throw new InputError(`another process is computing in ${folder}; wait until it has ended, or end it`);
      // Who had the lock before removes the file: then this is locked, and another process can make and lock a new one.
      mine = isStillThere(path, file);
    } finally {
      if (!mine) closeSync(file);
    }
    if (mine)
      return {
        release() {
          rmSync(path, { force: true });
          closeSync(file);
        },
      };
  }
}

/**
 * Whether a process holds the lock of a folder. For the moment in which it looks it shares the lock itself, and only where
 * the lock's file is there.
 */
export function isLocked(folder: string): boolean {
  let file: number;
  try {
    file = openSync(join(folder, LOCK), "r");
  } catch {
    return false;
  }
  try {
    return !tryLock(file, { shared: true });
  } finally {
    closeSync(file);
  }
}

function openLock(path: string, folder: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    throw asInputError(error, `cannot lock ${folder}`);
  }
}

function isStillThere(path: string, file: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  const { dev, ino } = fstatSync(file);
  return found !== undefined && found.ino === ino && found.dev === dev;
}
