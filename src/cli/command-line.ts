import { basename, relative } from "node:path";
import { quoted } from "../base/words.js";
import type { AnyCommand, OptionDescription } from "./command.js";

/** Options that come first where a command is written out: what a run is, where it is, and what it may use. */
const FIRST = ["set", "out", "device", "memory", "threads"];

/** How this program was started, as a person would type it again. */
export function program(): string[] {
  const [, path] = process.argv;
  return basename(path) === "learning-law" ? ["learning-law"] : ["node", relative(".", path)];
}

/** The command line, as a shell takes it, that continues a command with an option `resume`. */
export function continuation(
  { name, options }: Pick<AnyCommand, "name" | "options">,
  given: readonly (string | readonly string[] | undefined)[],
  values: Readonly<Record<string, unknown>>,
): string {
  const names = [...FIRST, ...Object.keys(options).filter((option) => ![...FIRST, "resume"].includes(option)), "json"];
  const words = [
    ...[...program(), name, ...given.flat().filter((word) => word !== undefined)],
    ...names.flatMap((option) => optionWords(option, values[option], options[option])),
    "--resume",
  ];
  return words.map(quoted).join(" ");
}

/** The words that give an option its value: none where it has that anyway. */
function optionWords(name: string, value: unknown, description: OptionDescription | undefined): string[] {
  if (value === undefined || value === description?.default) return [];
  if (value === true) return [`--${name}`];
  // A list that is typed as one word is given back as one.
  const values = description?.repeated ? [value].flat() : [value];
  return values.flatMap((value) => [`--${name}`, String(value)]);
}
