import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import { quoted } from "../base/words.js";
import type { Config } from "../runs/config/config.js";
import { type Field, fieldsOf } from "../runs/config/fields.js";
import { presets } from "../runs/config/presets.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import type { CheckedRun, FormField, FormInfo, NewRun } from "./protocol.js";
import { pathWithin, Refusal } from "./served-folder.js";

/** A new run as a page asks for it. */
export const NewRunRequest: z.ZodType<NewRun> = z.object({
  command: z.enum(["search", "train"]),
  preset: z.string().max(1000),
  settings: z.record(z.string().max(200), z.string().max(10_000)),
  out: z.string().max(200),
  seeds: z.int().min(2).max(1000).nullable(),
  report: z.boolean(),
});

/** What gives a configuration a section `training`, which presets have not. */
const TRAINING = "training.optimizer=adamw";
/** Sections that a command does not read, and what a preset decides. */
const MODEL = "model.kind";
const LEFT_OUT = { search: /^(training\.|model\.kind$)/, train: /^(search\.|learning\.|model\.kind$)/ };

/**
 * What a form asks for a new run: every key that the command reads, with the preset's value.
 *
 * @param root the served folder
 * @throws InputError where there is no such preset or file
 */
export function formOf(command: NewRun["command"], preset: string, root: string): FormInfo {
  const config = resolveConfig(preset, command === "train" ? [TRAINING] : []);
  return {
    presets: Object.entries(presets).map(([name, { about }]) => ({ name, about })),
    fields: fieldsOf(config)
      .filter(({ key, of }) => !LEFT_OUT[command].test(key) && (of?.key !== MODEL || of.name === config.model.kind))
      .map((field) => formField(field, config)),
    out: freeName(root, preset, command),
  };
}

function formField(
  { key, about, type, nullable, choices, of, byDefault, least, most }: Field,
  config: Config,
): FormField {
  const found = valueAt(config, key);
  const isChosen = of === undefined || textOf(valueAt(config, of.key)) === of.name;
  return {
    ...{ key, about, type, nullable, choices, of: of === undefined || of.key === MODEL ? null : of },
    value: textOf((isChosen ? found : undefined) ?? (found === null ? null : byDefault)),
    ...{ least: least ?? null, most: most ?? null },
  };
}

function valueAt(config: Config, key: string): unknown {
  return key
    .split(".")
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined | null)?.[name], config);
}

/** As it is typed behind `--set key=`; of a component, its name. */
function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "object" && value !== null && "name" in value) return String(value.name);
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === "string") return value[0];
  return typeof value === "string" ? value : stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

function freeName(root: string, preset: string, command: NewRun["command"]): string {
  const name = preset.replace(/^.*[\\/]/, "").replace(/\.\w+$/, "");
  const prefix = `${name}${command === "train" ? "-train" : ""}-`;
  const names = existsSync(root) ? readdirSync(root) : [];
  const numbers = names.flatMap((entry) => (entry.startsWith(prefix) ? Number(entry.slice(prefix.length)) || [] : []));
  return `${prefix}${Math.max(0, ...numbers) + 1}`;
}

/**
 * The words of the command that a page asks for.
 *
 * @param root the served folder, in which its directory must be
 * @throws Refusal where that is elsewhere
 */
export function wordsOf({ command, preset, settings, out, seeds, report }: NewRun, root: string): string[] {
  if (preset.startsWith("-")) throw new Refusal(400, "a preset is a name, or the path of a YAML file");
  const path = pathWithin(root, out, true);
  const set = settingsOf(command, settings).flatMap((setting) => ["--set", setting]);
  const more = [
    ...(seeds === null ? [] : ["--seeds", String(seeds)]),
    ...(report && command === "search" ? ["--report"] : []),
  ];
  return [command, preset, ...set, "--out", relative(".", path) || ".", ...more];
}

function settingsOf(command: NewRun["command"], settings: NewRun["settings"]): string[] {
  const given = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return command === "train" && settings["training.optimizer"] === undefined ? [TRAINING, ...given] : given;
}

/**
 * Says how a person would type it, and what is wrong with it if something is.
 *
 * @param program how the program is called
 */
export function checkedRun(asked: NewRun, root: string, program: readonly string[]): CheckedRun {
  let line = "";
  try {
    line = [...program, ...wordsOf(asked, root)].map(quoted).join(" ");
    resolveConfig(asked.preset, settingsOf(asked.command, asked.settings));
    if (existsSync(join(root, asked.out))) return { line, wrong: `${asked.out} exists; choose another directory` };
    return { line, wrong: null };
  } catch (error) {
    if (error instanceof InputError || error instanceof Refusal) return { line, wrong: error.message };
    throw error;
  }
}
