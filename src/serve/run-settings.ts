import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { InputError } from "../base/errors.js";
import { runKind } from "../runs/log/run-directory.js";
import { isSeedsFolder, readSeeds } from "../runs/seeds/seeds-folder.js";
import type { RunSettings } from "./protocol.js";

/** The configuration of a run, and the keys in which it and others differ. Throws InputError if it cannot be read. */
export function runSettings(path: string, others: readonly string[]): Omit<RunSettings, "resume"> {
  const texts = [path, ...others].map(configOf);
  const flat = texts.map((text) => new Map(leaves(parse(text), "")));
  const keys = [...new Set(flat.flatMap((leaves) => [...leaves.keys()]))];
  const differences = keys.flatMap((key) => {
    const values = flat.map((leaves) => leaves.get(key) ?? "");
    return values.every((value) => value === values[0]) ? [] : [{ key, values }];
  });
  return { config: texts[0], names: [path, ...others].map((other) => basename(other)), differences };
}

function configOf(path: string): string {
  try {
    if (isSeedsFolder(path)) return JSON.stringify(readSeeds(path).config, null, 2);
    return readFileSync(join(path, "config.yaml"), "utf8");
  } catch (error) {
    throw error instanceof InputError ? error : new InputError(`${path} has no configuration`, { cause: error });
  }
}

function leaves(value: unknown, key: string): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[key, JSON.stringify(value) ?? ""]];
  return Object.entries(value).flatMap(([name, part]) => leaves(part, key === "" ? name : `${key}.${name}`));
}

/** The command that continues what is in a directory. */
export function resumingWords(path: string, directory: string): string[] {
  const command = isSeedsFolder(path) ? readSeeds(path).command : runKind(path) === "training" ? "train" : "search";
  return [command, "--out", directory, "--resume"];
}
