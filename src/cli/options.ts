import { type Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_MEMORY } from "../passes/problem.js";
import { type Device, devices, type RuntimeOptions } from "../runtime/compile.js";

/** Options that several commands share. */
const deviceOption = () => new Option("--device <name>", "where programs run").choices([...devices]).default("cpu");

const threadsOption = () =>
  new Option("--threads <n>", "threads of one operator (default: all cores)").argParser((text) => {
    const threads = Number(text);
    if (!Number.isInteger(threads) || threads < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
    return threads;
  });

const memoryOption = () =>
  new Option("--memory <size>", "for the states of a learning process and a batch, such as 512MiB or 4GiB")
    .argParser(parseBytes)
    .default(DEFAULT_MEMORY, "4GiB");

export const setOption = () =>
  new Option("--set <key=value>", "set a key of the configuration, such as learning.steps=300; may be repeated")
    .argParser((setting, before: string[]) => [...before, setting])
    .default([], "none");

export const jsonOption = () => new Option("--json", "print one JSON object, last, on standard output");

/** The options of every command that computes: what it may use, and how it prints. */
export function addResourceOptions(command: Command): Command {
  return [deviceOption(), threadsOption(), memoryOption(), jsonOption()].reduce(
    (command, option) => command.addOption(option),
    command,
  );
}

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
