import { closeSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import type { z } from "zod";
import { asInputError, writeFully } from "./atomic-file.js";
import { withDigest } from "./digest.js";
import { parseJson } from "./json-file.js";
import { readBytes } from "./read-file.js";

/** Values as text, each a line of JSON. */
export function toJsonLines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** Values as text, each a line of JSON with its digest. */
export function toCheckedLines(values: readonly object[]): string {
  return toJsonLines(values.map((value) => withDigest(value)));
}

/** Values as a table, each a line of JSON whose digest covers how many lines there are: none can be missing. */
export function toCheckedTable(values: readonly object[]): string {
  return toJsonLines(values.map((value) => withDigest(value, lines(values.length))));
}

/** Adds a line of JSON with its digest to a file and waits until it is on the disk. Throws InputError if it cannot be written. */
export function appendJsonLine(path: string, value: object): void {
  changeFile(path, "a", (file) => writeFully(file, Buffer.from(toCheckedLines([value]))));
}

/** Cuts off what a file has beyond this many bytes. Throws InputError if it cannot be written. */
export function cutFile(path: string, bytes: number): void {
  changeFile(path, "r+", (file) => ftruncateSync(file, bytes));
}

/**
 * What the lines of a file hold, of which there is at least one.
 *
 * @param bytes of the file that are read, up to the end of a line; without, the file is a table, and all of it is read
 * @param remedy what to do where it is damaged: "restore it"
 * @throws InputError if it cannot be read, naming the first line that does not hold what the schema wants
 */
export function readJsonLines<T>(
  path: string,
  schema: z.ZodType<T>,
  { bytes, remedy }: { readonly bytes?: number; readonly remedy?: string } = {},
): T[] {
  const texts = readBytes(path).toString("utf8", 0, bytes).replace(/\n$/, "").split("\n");
  const context = bytes === undefined ? lines(texts.length) : "";
  return texts.map((line, i) => parseJson(line, schema, `line ${i + 1} of ${path}`, { remedy, context }));
}

function lines(count: number): string {
  return `of ${count} lines`;
}

/** Opens a file, changes it and waits until the change is on the disk. */
function changeFile(path: string, flags: "a" | "r+", change: (file: number) => void): void {
  try {
    const file = openSync(path, flags);
    try {
      change(file);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw asInputError(error, `cannot write ${path}`);
  }
}
