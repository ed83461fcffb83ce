import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { asInputError, renameDurably, temporaryName, writeFully } from "./atomic-file.js";

/**
 * Writes what comes in pieces so that, whatever happens, the path holds either all of it or what it held before: as
 * `writeFileAtomically`, for content that does not fit into memory. Where the pieces end with an error, so does this, and the
 * partial file is removed.
 *
 * @returns how many bytes were written
 * @throws InputError if the path cannot be written or the disk is full
 */
export async function writeStreamAtomically(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const partial = temporaryName(path);
  const failure = `cannot write ${path}`;
  const file = trying(failure, () => openSync(partial, "wx"));
  let written = 0;
  try {
    try {
      for await (const piece of pieces) {
        trying(failure, () => writeFully(file, piece));
        written += piece.length;
      }
      trying(failure, () => fsyncSync(file));
    } finally {
      closeSync(file);
    }
    trying(failure, () => renameDurably(partial, path));
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  return written;
}

function trying<Result>(failure: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw asInputError(error, failure);
  }
}
