import { spawnSync } from "node:child_process";
import { PassThrough } from "node:stream";
import fc, { type Arbitrary } from "fast-check";
import { expect, test } from "vitest";
import type { AnyCommand, OptionDescription } from "./command.js";
import { continuation, program } from "./command-line.js";
import { commands } from "./commands.js";
import { createCommand, type Streams } from "./run-command.js";

/** The words that a shell makes of a line. */
function words(line: string): string[] {
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

/** What a command is given where a person types these words. */
async function understood(description: AnyCommand, typed: readonly string[]) {
  let understood: unknown;
  const run: AnyCommand["run"] = async (_, given, options) => {
    understood = { given, options };
  };
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() } as unknown as Streams;
  await createCommand({ ...description, run, lines: () => [] }, streams).parseAsync(typed, { from: "user" });
  return understood;
}

/** A word that can be typed as an argument: one that begins with a hyphen would be an option. */
const word = fc.string({ unit: "grapheme" }).filter((word) => !word.startsWith("-") && !word.includes("\0"));
const text = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0"));

function valuesOf({ value, choices, repeated, parse, required, ...option }: OptionDescription): Arbitrary<unknown> {
  const given = (): Arbitrary<unknown> => {
    if (repeated) return fc.array(text, { minLength: required ? 1 : 0 });
    if (choices !== undefined) return fc.constantFrom(...choices);
    const numbers = fc.integer({ min: 2, max: 1000 });
    // A list that is typed as one word, such as columns, is a list of two then.
    if (parse !== undefined)
      return numbers.map((n) => (Array.isArray(parse("2")) ? parse(`${n},${n + 1}`) : parse(String(n))));
    return value === undefined ? fc.constant(true) : text;
  };
  if (required) return given();
  return fc.oneof(given(), fc.constant("default" in option ? option.default : undefined));
}

const resumable = commands
  .filter(({ options }) => "resume" in options)
  .map((command) => [command.name, command] as const);

test("those that write for long can be continued", () => {
  expect(resumable.map(([name]) => name)).toEqual(["search", "train", "select"]);
});

test.each(resumable)(
  "the line that continues %s gives it what it was given, and --resume",
  async (name, description) => {
    const options = Object.fromEntries(
      Object.entries(description.options).map(([name, option]) => [name, valuesOf(option)]),
    );
    await fc.assert(
      fc.asyncProperty(word, fc.record(options), async (argument, values) => {
        const [, ...typed] = words(continuation(description, [argument], values)).slice(program().length - 1);
        expect(typed.shift()).toBe(name);
        const { given, options } = (await understood(description, typed)) as { given: unknown; options: object };
        expect(given).toEqual([argument]);
        const wanted = Object.entries({ ...values, resume: true }).filter(([, value]) => value !== undefined);
        expect(options).toEqual(Object.fromEntries(wanted));
      }),
      { numRuns: 50 },
    );
  },
);
