import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Config } from "../config/config.js";
import { textOf } from "./text-models.js";

/**
 * A configuration with the files of its section `data` as they are found from here. A relative path stands for what is there
 * in the working directory; where nothing is, for what is there in the folder that the configuration comes from, or in the
 * nearest folder above it: that of a project whose runs lie in `runs/`, wherever it is moved to. What is nowhere stays as it is.
 *
 * @param from the folder of the file, or the directory of the run
 */
export function locateFiles(config: Config, from: string): Config {
  const text = textOf(config);
  if (text === undefined) return config;
  const located = (paths: readonly string[] | null) =>
    paths === null ? null : paths.map((path) => locate(path, from));
  const { train, desired, test, tokenizer } = text;
  const files = { train: located(train), desired: located(desired), test: located(test) };
  return { ...config, data: { ...config.data, ...files, tokenizer: locate(tokenizer, from) } };
}

/** One path of those, as `locateFiles` finds it. */
export function locate(path: string, from: string): string {
  if (isAbsolute(path) || isThere(path)) return path;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (isThere(join(folder, path))) return relative(".", join(folder, path));
    if (folder === dirname(folder)) return path;
  }
}

/** A glob is where the folder is in which it begins. */
function isThere(path: string): boolean {
  if (existsSync(path)) return true;
  const begins = path.search(/[*?[]/);
  return begins > 0 && path.lastIndexOf("/", begins) > 0 && existsSync(path.slice(0, path.lastIndexOf("/", begins)));
}
