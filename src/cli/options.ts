import { totalmem } from "node:os";
import { InvalidArgumentError } from "commander";
import { InputError } from "../base/errors.js";
import { inBytes } from "../base/words.js";
import { DEFAULT_MEMORY } from "../passes/problem.js";
import type { CheckpointChoice } from "../runs/training/trained-model.js";
import { devices } from "../runtime/program.js";
import type { OptionDescription, OptionDescriptions, OptionValues } from "./command.js";

/** Changes of the configuration that a command begins with. */
export const set = {
  value: "<key=value>",
  about: "set a key of the configuration, such as learning.steps=300; may be repeated",
  repeated: true,
  default: [],
  defaultShown: "none",
} as const satisfies OptionDescription;

/** What a command that computes may use. */
export const resources = {
  device: { value: "<name>", about: "where programs run", choices: devices, default: "cpu" },
  threads: { value: "<n>", about: "threads of one operator (default: all cores)", parse: wholeNumber(1) },
  memory: {
    value: "<size>",
    about:
      "for all that grows with the problem, such as 512MiB or 4GiB; the program itself and the text that is being read " +
      "take up to 500MiB beside it",
    parse: parseMemory,
    default: Math.min(DEFAULT_MEMORY, machineMemory()),
    defaultShown: inBytes(Math.min(DEFAULT_MEMORY, machineMemory())),
  },
} as const satisfies OptionDescriptions;

/** Which columns of a corpus go along with its texts. */
export const carried = {
  id: { value: "<column>", about: "of the corpus that holds its ids (default: the one called id, if there is one)" },
  columns: {
    value: "<names>",
    about: "columns of the corpus to pass on, such as url,date",
    parse: (text: string) => text.split(",").map((name) => name.trim()),
    default: [] as readonly string[],
    defaultShown: "none",
  },
} as const satisfies OptionDescriptions;

/** How wide the files of `--figures` are. */
export const width = {
  value: "<mm>",
  about: "how wide the files of --figures are, such as 85mm (default: 160mm)",
  parse: millimetres,
} as const satisfies OptionDescription;

/** Throws InputError where a width is given, and nothing that has one. */
export function refuseWidthAlone(width: number | undefined, figures: string | undefined): void {
  if (width !== undefined && figures === undefined) throw new InputError("--width is of the files of --figures");
}

function millimetres(text: string): number {
  const [, value, unit] = /^(\d+(?:\.\d+)?)(mm|cm)$/.exec(text) ?? [];
  if (value === undefined) throw new InvalidArgumentError("It must be a width such as 160mm or 8.5cm.");
  return unit === "cm" ? 10 * Number(value) : Number(value);
}

/** Which checkpoint of a training. */
export const checkpoint = {
  value: "<which>",
  about: "newest, best (of those kept, the lowest validation loss), or the step of one that is kept",
  parse: (text: string): CheckpointChoice => (text === "newest" || text === "best" ? text : stepOf(text)),
  default: "newest",
} as const satisfies OptionDescription;

function stepOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be newest, best or the number of a step.");
}

export type ResourceOptions = OptionValues<typeof resources>;

/** Reads a whole number from `least` to `most`, both included. */
export function wholeNumber(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  const range = most === Number.POSITIVE_INFINITY ? `${least}` : `${least} to ${most}`;
  return (text) => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`It must be a whole number from ${range}.`);
    return number;
  };
}

/** Bytes that this machine has, or lets a process have. */
function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** Bytes: `512MiB`, `4GB`, `1000`. */
function parseMemory(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(K|M|G|T)(i?)B?|B)?$/i.exec(text.trim());
  if (match === null) throw new InvalidArgumentError("It must be a size such as 512MiB or 4GiB.");
  const [, number, prefix, binary] = match;
  const power = prefix === undefined ? 0 : "KMGT".indexOf(prefix.toUpperCase()) + 1;
  const bytes = Number(number) * (binary === "" ? 1000 : 1024) ** power;
  if (bytes <= machineMemory()) return bytes;
  throw new InvalidArgumentError(`This machine has ${inBytes(machineMemory())}; give no more.`);
}
