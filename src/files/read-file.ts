import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { asInputError } from "./atomic-file.js";
import { regularFile } from "./regular-file.js";

/** Bytes of a file that are read at a time to digest it. */
const PORTION = 2 ** 20;

/** All bytes of a file. Throws InputError, `cannot read PATH: why`, where that is the user's to mend, and if it is no regular file. */
export function readBytes(path: string): Buffer {
  regularFile(path);
  try {
    return readFileSync(path);
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
}

/** How many bytes a file has. Throws InputError as `readBytes`. */
export function fileSize(path: string): number {
  return regularFile(path).size;
}

/** The SHA-256 of a file's bytes, in hexadecimal; of a file of any size. Throws InputError as `readBytes`. */
export function fileDigest(path: string): string {
  regularFile(path);
  const hash = createHash("sha256");
  const portion = Buffer.allocUnsafe(PORTION);
  try {
    const file = openSync(path, "r");
    try {
      for (let read = readSync(file, portion); read > 0; read = readSync(file, portion))
        hash.update(portion.subarray(0, read));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
  return hash.digest("hex");
}
