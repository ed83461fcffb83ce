import { InvalidArgumentError, Option } from "commander";
import { DEFAULT_MEMORY } from "../learning/problem.js";
import { type Device, devices, type RuntimeOptions } from "../runtime/compile.js";

/** Options that several commands share. */
export const deviceOption = () =>
  new Option("--device <name>", "where programs run").choices([...devices]).default("cpu");

export const threadsOption = () =>
  new Option("--threads <n>", "threads of one operator (default: all cores)").argParser((text) => {
    const threads = Number(text);
    if (!Number.isInteger(threads) || threads < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
    return threads;
  });

export const memoryOption = () =>
  new Option("--memory <size>", "for the states of a learning process and a batch, such as 512MiB or 4GiB")
    .argParser(parseBytes)
    .default(DEFAULT_MEMORY, "4GiB");

export const setOption = () =>
  new Option("--set <key=value>", "set a key of the configuration, such as learning.steps=300; may be repeated")
    .argParser((setting, before: string[]) => [...before, setting])
    .default([], "none");

export const jsonOption = () => new Option("--json", "print one JSON object, last, on standard output");

export interface ResourceOptions extends RuntimeOptions {
  device: Device;
  threads?: number;
  memory: number;
}

function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(K|M|G|T)(i?)B?|B)?$/i.exec(text.trim());
  if (match === null) throw new InvalidArgumentError("It must be a size such as 512MiB or 4GiB.");
  const [, number, prefix, binary] = match;
  const power = prefix === undefined ? 0 : "KMGT".indexOf(prefix.toUpperCase()) + 1;
  return Number(number) * (binary === "" ? 1000 : 1024) ** power;
}
