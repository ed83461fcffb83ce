import { Console } from "node:console";
import { existsSync } from "node:fs";
import { Argument, Command, Option } from "commander";
import { InputError } from "../base/errors.js";
import { nearest } from "../base/nearest.js";
import { slowerRuntime } from "../runtime/node/installed.js";
import type {
  AnyCommand,
  ArgumentDescriptions,
  ArgumentValues,
  CommandContext,
  CommandGroup,
  OptionDescription,
  OptionDescriptions,
  OptionValues,
} from "./command.js";
import { continuation } from "./command-line.js";
import { withInterrupt } from "./interrupt.js";
import { shownLines } from "./lines.js";
import { ProgressBar } from "./progress-bar.js";
import { StandardOutput } from "./standard-output.js";

/** Where a command prints. */
export type Streams = Pick<NodeJS.Process, "stdout" | "stderr">;

/** The option that every command has. */
export const json = { about: "print one JSON object, last, on standard output" } satisfies OptionDescription;

/** The command as commander has it, which runs it when it is parsed. */
export function createCommand(description: AnyCommand, streams: Streams): Command {
  const { name, summary, arguments: places, help } = description;
  const command = new Command(name).summary(summary).description(description.description);
  for (const { name, about, default: value } of places) command.addArgument(new Argument(name, about).default(value));
  for (const [name, option] of Object.entries({ ...description.options, json }))
    command.addOption(createOption(name, option));
  if (help !== undefined) command.addHelpText("after", `\n${help}`);
  return command.action((...values) => {
    const { json, ...options } = values[places.length];
    return runCommand(description, values.slice(0, places.length), options, json, streams);
  });
}

/** Commands of one name as commander has them, which print what the program prints as it does. */
export function createGroup(
  { name, summary, description, help, commands }: CommandGroup,
  streams: Streams,
  program: Command,
): Command {
  const group = new Command(name).summary(summary).description(description).copyInheritedSettings(program);
  group.addHelpText("after", `\n${help}`);
  for (const [i, command] of commands.entries())
    group.addCommand(createCommand(command, streams).copyInheritedSettings(program), { isDefault: i === 0 });
  const [first] = group.commands;
  first.hook("preAction", (_, { args }) => {
    refuseMisspelt(
      name,
      args[0],
      commands.map((command) => command.name),
    );
  });
  return group;
}

/** A word that is nearly one of the commands may be so many of its letters off. */
const MISSPELT = 0.4;

/** Throws InputError where a word that the first command takes is no file and was meant for one of the others. */
function refuseMisspelt(group: string, word: string, names: readonly string[]): void {
  const meant = nearest(word, names, Math.ceil(MISSPELT * word.length));
  if (meant === undefined || existsSync(word)) return;
  throw new InputError(
    `there is no file ${word}, and ${group} has no command ${word}; did you mean ${group} ${meant}?`,
  );
}

/** An option as commander has it. */
export function createOption(
  name: string,
  { value, about, required, short, negated, repeated, choices, parse, ...option }: OptionDescription,
): Option {
  const flags = `${short === undefined ? "" : `-${short}, `}--${negated ? "no-" : ""}${name}`;
  const made = new Option(value === undefined ? flags : `${flags} ${value}`, about)
    .makeOptionMandatory(required ?? false)
    .default(option.default, option.defaultShown);
  if (choices !== undefined) made.choices(choices);
  if (parse !== undefined) made.argParser(parse);
  if (repeated) made.argParser((text, before: readonly string[] = []) => [...before, text]);
  return made;
}

/** Runs a command with what it was given, and prints what came of it. */
async function runCommand(
  description: AnyCommand,
  given: ArgumentValues<ArgumentDescriptions>,
  options: OptionValues<OptionDescriptions>,
  json: true | undefined,
  { stdout, stderr }: Streams,
): Promise<void> {
  const output = new StandardOutput(stdout, stderr);
  const words = json === undefined ? stdout : description.wordsBesideJson ? stderr : undefined;
  const say = (lines: readonly string[]) => {
    if (words !== undefined) print(words, lines);
  };
  let told = false;
  const context: CommandContext = {
    async compute(howToGoOn, work) {
      const bar = new ProgressBar(stderr);
      try {
        return await withInterrupt(
          () => `interrupted; ${howToGoOn()}`,
          (signal) => {
            // Loads the runtime, which takes a moment: signals are heard by now.
            const slower = description.withoutRuntime ? undefined : slowerRuntime();
            if (slower !== undefined && !told) print(stderr, [`learning-law: ${slower}`]);
            told = true;
            return work(signal, bar);
          },
        );
      } finally {
        bar.stop();
      }
    },
    continuation: (chosen, places) =>
      `continue with: ${continuation(description, places ?? given, { ...options, ...chosen, json })}`,
    json: json === true,
    say,
    tell: (line) => print(stderr, [line]),
    write(text) {
      if (words === stdout) output.write(text);
      else words?.write(text);
    },
    writeBytes: (bytes) => output.writeBytes(bytes),
  };
  const result = await description.run(context, given, options);
  say(description.lines(result, options));
  // As it is, in a terminal too: a line that is broken within a text is no JSON.
  if (json) new Console(stdout).log(JSON.stringify(description.json?.(result) ?? result));
}

function print(stream: NodeJS.WritableStream, lines: readonly string[]): void {
  // Unlike its stream, a console does not mind a reader that has gone.
  const console = new Console(stream);
  for (const line of lines.flatMap((line) => shownLines(line, stream))) console.log(line);
}
