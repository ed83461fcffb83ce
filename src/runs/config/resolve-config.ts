import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";
import { CORPUS_FILE } from "../../data/readers/corpus-file.js";
import { readBytes } from "../../files/read-file.js";
import { locateFiles } from "../problem/locate-files.js";
import { type Config, parseConfig, setKey, type Tree } from "./config.js";
import { forgetRecorded, prepareSchedules } from "./prepare-schedules.js";
import { presets } from "./presets.js";
import { parseYaml } from "./yaml.js";

/**
 * The configuration that a preset or a YAML file gives, with `key=value` settings on top. A file may name a `preset`
 * whose values hold where it gives none. Who gives a corpus of their own (`data.train`, in a setting or beside a
 * `preset`) gets it unperturbed unless they give `data.perturbed` in the same place. Files that are not in the working
 * directory are looked for from the YAML file's folder upwards (`locateFiles`).
 */
export function resolveConfig(presetOrFile: string, settings: readonly string[] = []): Config {
  const tree = readTree(presetOrFile);
  const given = settingsTree(settings);
  setKeys(tree, settings);
  if (givesUnperturbedCorpus(given)) setKey(tree, "data.perturbed", 0);
  forgetRecorded(tree, given);
  const config = parseConfig(tree, presetOrFile);
  if (Object.hasOwn(presets, presetOrFile)) return prepareSchedules(config, ".");
  const folder = dirname(presetOrFile);
  return prepareSchedules(locateFiles(config, folder), folder);
}

/** A configuration with `key=value` settings on top. Throws InputError, naming where it is from, if that is none. */
export function withSettings(config: Config, settings: readonly string[], source: string): Config {
  const tree = structuredClone(config) as unknown as Tree;
  setKeys(tree, settings);
  return prepareSchedules(parseConfig(tree, source), source);
}

/** What `key=value` settings say, unchecked. Throws InputError for one that says nothing. */
export function settingsTree(settings: readonly string[]): Tree {
  const tree: Tree = {};
  setKeys(tree, settings);
  return tree;
}

function setKeys(tree: Tree, settings: readonly string[]): void {
  for (const { key, value } of settings.map(parseSetting)) setKey(tree, key, value);
}

function readTree(presetOrFile: string): Tree {
  if (Object.hasOwn(presets, presetOrFile)) return structuredClone(presets[presetOrFile].config);
  if (CORPUS_FILE.test(presetOrFile))
    throw new InputError(
      `${presetOrFile} is a corpus and no configuration; give it as data.train: quickstart --set data.train=${presetOrFile}`,
    );
  if (!existsSync(presetOrFile)) {
    if (presetOrFile.includes("="))
      throw new InputError(`${presetOrFile} is no preset or file; every setting needs a --set of its own before it`);
    const guess = nearest(presetOrFile, Object.keys(presets));
    throw new InputError(`there is no preset or file called ${presetOrFile}; the nearest preset is ${guess}`);
  }
  const { preset, ...tree } = parseYamlFile(presetOrFile);
  if (preset === undefined) return tree;
  if (typeof preset !== "string" || !Object.hasOwn(presets, preset))
    throw new InputError(`${presetOrFile}: preset must be one of ${Object.keys(presets).join(", ")}`);
  const whole = merged(structuredClone(presets[preset].config), tree);
  if (givesUnperturbedCorpus(tree)) setKey(whole, "data.perturbed", 0);
  return whole;
}

function givesUnperturbedCorpus({ data }: Tree): boolean {
  return isTree(data) && Object.hasOwn(data, "train") && !Object.hasOwn(data, "perturbed");
}

function parseYamlFile(path: string): Tree {
  const { value: tree, wrong } = parseYaml(readBytes(path).toString("utf8"));
  if (wrong !== undefined) throw new InputError(`${path} is not valid YAML: ${wrong}`);
  if (typeof tree !== "object" || tree === null || Array.isArray(tree))
    throw new InputError(`${path} must be a YAML mapping of sections such as model, data, learning, search`);
  return tree as Tree;
}

function merged(base: Tree, over: Tree): Tree {
  const entries = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isTree(value) && isTree(below) ? merged(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseSetting(setting: string): { key: string; value: unknown } {
  const [, key, value] = /^([a-z]\w*(?:\.[a-z]\w*)*)=(.*)$/is.exec(setting) ?? [];
  if (key === undefined)
    throw new InputError(`--set ${setting} must have the form key=value, such as learning.steps=300`);
  if (value.trim() === "") throw new InputError(`--set ${setting} has no value; write null for none`);
  return { key, value: parseValue(value) };
}

/** A value as YAML reads it. What is no YAML is text: `*.txt` is a glob here, not a YAML alias. */
function parseValue(value: string): unknown {
  const { value: parsed, wrong } = parseYaml(value);
  return wrong === undefined ? parsed : value;
}
