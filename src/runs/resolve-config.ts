import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { nearest } from "../data/nearest.js";
import { InputError } from "../errors.js";
import { type Config, parseConfig, setKey, type Tree } from "./config.js";
import { presets } from "./presets.js";

/**
 * The configuration that a preset or a YAML file gives, with `key=value` settings on top. A file may name a `preset`
 * whose values hold where it gives none. Who gives a corpus of their own (`data.train`) gets it unperturbed unless they
 * set `data.perturbed` too.
 */
export function resolveConfig(presetOrFile: string, settings: readonly string[] = []): Config {
  const tree = readTree(presetOrFile);
  const parsed = settings.map(parseSetting);
  for (const { key, value } of parsed) setKey(tree, key, value);
  if (parsed.some(({ key }) => key === "data.train") && !parsed.some(({ key }) => key === "data.perturbed"))
    setKey(tree, "data.perturbed", 0);
  return parseConfig(tree, presetOrFile);
}

function readTree(presetOrFile: string): Tree {
  if (Object.hasOwn(presets, presetOrFile)) return structuredClone(presets[presetOrFile].config);
  if (!existsSync(presetOrFile)) {
    const guess = nearest(presetOrFile, Object.keys(presets));
    throw new InputError(`there is no preset or file called ${presetOrFile}; the nearest preset is ${guess}`);
  }
  const { preset, ...tree } = parseYamlFile(presetOrFile);
  if (preset === undefined) return tree;
  if (typeof preset !== "string" || !Object.hasOwn(presets, preset))
    throw new InputError(`${presetOrFile}: preset must be one of ${Object.keys(presets).join(", ")}`);
  return merged(structuredClone(presets[preset].config), tree);
}

function parseYamlFile(path: string): Tree {
  let tree: unknown;
  try {
    tree = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InputError(`${path} is not valid YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (typeof tree !== "object" || tree === null || Array.isArray(tree))
    throw new InputError(`${path} must be a YAML mapping of sections such as model, data, learning, search`);
  return tree as Tree;
}

function merged(base: Tree, over: Tree): Tree {
  const isTree = (value: unknown): value is Tree =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isTree(value) && isTree(below) ? merged(below, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

function parseSetting(setting: string): { key: string; value: unknown } {
  const equals = setting.indexOf("=");
  if (equals < 1) throw new InputError(`--set ${setting} must have the form key=value, such as learning.steps=300`);
  return { key: setting.slice(0, equals), value: parse(setting.slice(equals + 1)) };
}
