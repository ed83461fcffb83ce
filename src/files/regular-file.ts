import { type Stats, statSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { asInputError } from "./atomic-file.js";

/** What else a path may name. */
const OTHERS: readonly (readonly [is: (stats: Stats) => boolean, name: string])[] = [
  [(stats) => stats.isDirectory(), "a folder"],
  [(stats) => stats.isFIFO(), "a pipe"],
  [(stats) => stats.isSocket(), "a socket"],
];

/**
 * What the file system knows of a file that is to be read. Files are read more than once, and to their end: devices, pipes,
 * sockets and folders are refused.
 *
 * @throws InputError, `cannot read PATH: it is a pipe, not a regular file`
 */
export function regularFile(path: string): Stats {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
  if (stats.isFile()) return stats;
  const name = OTHERS.find(([is]) => is(stats))?.[1] ?? "a device";
  throw new InputError(`cannot read ${path}: it is ${name}${stats.isDirectory() ? "" : ", not a regular file"}`);
}
