import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that are read of a file at a time. */
const PORTION = 2 ** 20;

/**
 * The lines of a file that grows, each read once: it keeps the offset up to which it has read. A line that is not ended yet
 * is read when it is. A file that has become shorter, or is another one, is read from its beginning.
 */
export class Tail {
  private offset = 0;
  private file: string | undefined;

  constructor(private readonly path: string) {}

  /**
   * Reads what has been added, a portion of it at most.
   *
   * @returns the lines, in order; whether they are the first of a file that was cut or replaced; and whether there are more
   *   already. A file that is not there has no lines
   */
  read(): { readonly lines: string[]; readonly anew: boolean; readonly more: boolean } {
    let file: number;
    try {
      file = openSync(this.path, "r");
    } catch {
      const anew = this.offset > 0;
      this.offset = 0;
      return { lines: [], anew, more: false };
    }
    try {
      const { size, ino, dev } = fstatSync(file);
      const anew = this.offset > 0 && (size < this.offset || this.file !== `${dev}:${ino}`);
      if (anew) this.offset = 0;
      this.file = `${dev}:${ino}`;
      const bytes = Buffer.alloc(Math.min(PORTION, size - this.offset));
      const length = readSync(file, bytes, 0, bytes.length, this.offset);
      const end = bytes.lastIndexOf(10, length - 1) + 1;
      // A line that is longer than a portion is none of ours.
      const taken = end === 0 && length === PORTION ? length : end;
      this.offset += taken;
      const lines = bytes.toString("utf8", 0, end).split("\n").slice(0, -1);
      return { lines, anew, more: taken > 0 && this.offset < size };
    } finally {
      closeSync(file);
    }
  }
}
