import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../base/errors.js";

/** What a person can do something about, by the operating system's error code. */
const REASONS: Record<string, string> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file is larger than the file system allows",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  EISDIR: "it is a folder",
  EEXIST: "there is a file of that name",
  ENAMETOOLONG: "the name is too long",
};

/** Its process and its number, after the name of what it is to be. */
const TEMPORARY = /\.([0-9a-f]{12})[0-9a-f]{4}\.partial$/;

/**
 * Writes a file so that, whatever happens, the path holds either all of the new bytes or what it held before: the bytes
 * go to a file of a temporary name, reach the disk, and take the path's name. A process killed in between leaves the
 * temporary file, which goes when the path is written next; in a folder that is ours, `removeTemporary` removes it.
 *
 * @param chunks the content: a text (UTF-8), or bytes, or several pieces of bytes one after the other
 * @throws InputError if the path cannot be written or the disk is full; the partial file is then removed
 */
export function writeFileAtomically(path: string, chunks: Uint8Array | string | readonly Uint8Array[]): void {
  const partial = temporaryName(path);
  try {
    const file = openSync(partial, "wx");
    try {
      for (const chunk of toBytes(chunks)) writeFully(file, chunk);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameDurably(partial, path);
  } catch (error) {
    removeQuietly(partial);
    throw asInputError(error, `cannot write ${path}`);
  }
}

/** Which process it is: its number, and of those that had the number one after the other, which. Six digits each. */
const PROCESS = hex(process.pid % 2 ** 24, 6) + randomBytes(3).toString("hex");
let names = 0;

/**
 * A name beside a path for what is to take its name when it is whole: `PATH.<process><count>.partial`. Nobody else has a
 * file of this name. What processes that have ended left under such names of the path is removed.
 */
export function temporaryName(path: string): string {
  removeLeft(resolve(path));
  names = (names + 1) % 2 ** 16;
  return `${path}.${PROCESS}${hex(names, 4)}.partial`;
}

/** A folder that cannot be read is told of when the file is written; what cannot be removed is somebody else's. */
function removeLeft(path: string): void {
  try {
    for (const name of readdirSync(dirname(path))) {
      if (!isTemporary(name) || name.replace(TEMPORARY, "") !== basename(path) || isBeingWritten(name)) continue;
      rmSync(join(dirname(path), name), { recursive: true });
    }
  } catch {}
}

/** Whether the process that gave this name is there still. */
function isBeingWritten(temporary: string): boolean {
  const [, owner] = TEMPORARY.exec(temporary)!;
  if (owner === PROCESS) return true;
  const pid = Number.parseInt(owner.slice(0, 6), 16);
  // Another process had the number before this one.
  if (pid === process.pid || pid === 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

/**
 * Removes what killed processes left under temporary names in a folder. Only where no other process writes: in a folder
 * that this one has locked.
 */
export function removeTemporary(folder: string): void {
  for (const name of readdirSync(folder)) if (isTemporary(name)) rmSync(join(folder, name), { recursive: true });
}

/** Whether it is a `temporaryName`. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Makes a folder, and those above it that are not there.
 *
 * @param failure what cannot be done where it cannot be made
 * @returns the topmost of those that had to be made
 * @throws InputError that says why it cannot be made
 */
export function makeFolder(directory: string, failure: string): string | undefined {
  try {
    return mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw asInputError(reasonOf(error as NodeJS.ErrnoException, directory), failure);
  }
}

/** Node says that there is no such folder where the file system above it is read-only, too. */
function reasonOf(error: NodeJS.ErrnoException, directory: string): unknown {
  if (error.code !== "ENOENT") return error;
  let missing = resolve(directory);
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  try {
    mkdirSync(missing);
    rmdirSync(missing);
    return error;
  } catch (reason) {
    return reason;
  }
}

/** Gives a file or folder another name, in place of what has it now, and waits until that is on the disk. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

/** Writes all bytes at the file's position; the system may take them in several portions. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** Waits until a file's bytes are on the disk. */
export function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes the names in a folder (created, renamed, removed) survive a loss of power. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return; // Windows cannot open a folder, and needs no such call.
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * A failed file operation as an InputError, `<failure>: <reason>`, if its cause is one that the user can remove.
 * Any other error is returned as it is.
 */
export function asInputError(error: unknown, failure: string): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException)?.code ?? ""];
  return reason === undefined ? error : new InputError(`${failure}: ${reason}`, { cause: error });
}

function toBytes(chunks: Uint8Array | string | readonly Uint8Array[]): readonly Uint8Array[] {
  if (typeof chunks === "string") return [Buffer.from(chunks)];
  return chunks instanceof Uint8Array ? [chunks] : chunks;
}

/** The error that made us give up matters more than one from cleaning up after it. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
