import { Console } from "node:console";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { InputError, shortened } from "../base/errors.js";
import { packageRoot } from "../files/package-root.js";
import { commands, groups } from "./commands.js";
import { Interrupted } from "./interrupt.js";
import { createCommand, createGroup, type Streams } from "./run-command.js";
import { ReaderGone, StandardOutput } from "./standard-output.js";

const USAGE_EXIT_CODE = 2;
const INTERRUPT_EXIT_CODE = 130;

/**
 * Runs a command of the command line, and says with which exit code it ended. Throws what is a mistake of this program's.
 *
 * @param typed what follows the name of the program
 */
export async function run(typed: readonly string[], streams: Streams): Promise<number> {
  // Of help and the version; a command has its own.
  let output: StandardOutput | undefined;
  const program = new Command("learning-law")
    .description("A laboratory for how language models learn: which examples to learn from, when, and how much.")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output ??= new StandardOutput(streams.stdout, streams.stderr);
        output.write(text);
      },
      writeErr: (text) => streams.stderr.write(text),
      outputError: (text, write) =>
        write(
          `learning-law: ${shortened(
            text
              .trim()
              .replace(/^error: /, "")
              .replace("unknown command 'version'", "unknown command 'version'; --version prints it")
              .replaceAll("\n", " "),
          )}\n`,
        ),
    });
  for (const description of commands)
    program.addCommand(createCommand(description, streams).copyInheritedSettings(program));
  for (const description of groups) program.addCommand(createGroup(description, streams, program));
  try {
    await program.parseAsync(typed, { from: "user" });
    return 0;
  } catch (error) {
    return report(error, new Console(streams.stderr));
  }
}

function version(): string {
  return JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version;
}

function report(error: unknown, console: Console): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  if (error instanceof ReaderGone) return 0;
  if (error instanceof Interrupted) {
    console.error(error.message);
    return INTERRUPT_EXIT_CODE;
  }
  if (error instanceof InputError) {
    console.error(`learning-law: ${error.message}`);
    return USAGE_EXIT_CODE;
  }
  if (error instanceof RangeError && /array length|allocation failed/i.test(error.message)) {
    console.error("learning-law: this does not fit into memory; lower the sizes of model and data or learning.steps");
    return USAGE_EXIT_CODE;
  }
  throw error;
}
