import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { asInputError } from "./atomic-file.js";
import { regularFile } from "./regular-file.js";

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

/** The SHA-256 of a file's bytes, in hexadecimal. Throws InputError as `readBytes`. */
export function fileDigest(path: string): string {
  return createHash("sha256").update(readBytes(path)).digest("hex");
}
