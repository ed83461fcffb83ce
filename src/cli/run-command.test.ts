import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { Screen } from "../testing/screen.js";
import { type AnyCommand, type CommandContext, command } from "./command.js";
import { Interrupted } from "./interrupt.js";
import { wrapped } from "./lines.js";
import { createCommand, type Streams } from "./run-command.js";

/** A command that does what a test says. */
function commandThat(run: (context: CommandContext) => Promise<unknown>, more: Partial<AnyCommand> = {}): AnyCommand {
  return {
    ...command({
      name: "made",
      summary: "made up",
      description: "made up",
      arguments: [{ name: "[place]" }],
      options: { out: { value: "<dir>", about: "a place" }, resume: { about: "go on" } },
      run,
      lines: (result) => [`the result is ${result}`],
    }),
    ...more,
  };
}

/** Runs it with these words; an error is given back. */
async function parse(description: AnyCommand, words: string[], streams: { stdout: unknown; stderr: unknown }) {
  const made = createCommand(description, streams as Streams).exitOverride();
  return made.parseAsync(words, { from: "user" }).then(
    () => undefined,
    (error) => error,
  );
}

function collected(stream: PassThrough): string {
  return stream.read()?.toString() ?? "";
}

/** What a computation shows: a line that stays, or where it is. */
const event = fc.oneof(
  fc.record({ line: fc.string({ maxLength: 200, size: "max" }) }),
  fc.record({ fraction: fc.double({ min: 0, max: 1 }), note: fc.string({ maxLength: 100, size: "max" }) }),
);

test("--json is one line as it is, in a terminal too", async () => {
  const result = { text: "once upon a time ".repeat(20) };
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  await parse(
    commandThat(async () => result),
    ["--json"],
    { stdout, stderr: new PassThrough() },
  );
  expect(collected(stdout)).toBe(`${JSON.stringify(result)}\n`);
});

test("a terminal shows the lines of a computation and what came of it, and no bar, however it ends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(event), { maxLength: 3 }), fc.boolean(), async (computations, fails) => {
      const screen = new Screen();
      const said: string[] = [];
      const description = commandThat(async ({ compute, say }) => {
        for (const events of computations) {
          await compute(
            () => "",
            async (_, bar) => {
              for (const happened of events) {
                if ("line" in happened) {
                  bar.log(happened.line);
                  said.push(happened.line);
                } else bar.update(happened.fraction, happened.note);
              }
              if (fails) throw new InputError("wrong");
            },
          );
          say(["done"]);
          said.push("done");
        }
        return 42;
      });
      const error = await parse(description, [], { stdout: screen, stderr: screen });
      if (error === undefined) said.push("the result is 42");
      else expect(error).toEqual(new InputError("wrong"));

      const wanted = new Screen();
      for (const line of said.flatMap((text) => wrapped(text, 80))) wanted.write(`${line}\n`);
      expect(screen.lines()).toEqual(wanted.lines());
      expect(screen.cursorHidden).toBe(false);
    }),
  );
});

test("while it computes, the bar is below the lines", async () => {
  const screen = new Screen();
  const description = commandThat(({ compute }) =>
    compute(
      () => "",
      async (_, bar) => {
        bar.log("a line");
        // As long as the bar waits before it is drawn again.
        await new Promise((resolve) => setTimeout(resolve, 450));
        bar.update(0.5, "half");
        expect(screen.lines()).toEqual(["a line", expect.stringMatching(/^█{12}░{12} 50% {2}\? left {2}half$/)]);
        expect(screen.cursorHidden).toBe(true);
      },
    ),
  );
  expect(await parse(description, [], { stdout: screen, stderr: screen })).toBeUndefined();
  expect(screen.lines()).toEqual(["a line", "the result is undefined"]);
});

describe("--json", () => {
  const streams = () => ({ stdout: new PassThrough(), stderr: new PassThrough() });
  const talking = async ({ say, write }: CommandContext) => {
    say(["first"]);
    write("second\n");
    return 42;
  };

  test("without it, plain words go to standard output", async () => {
    const { stdout, stderr } = streams();
    await parse(commandThat(talking), [], { stdout, stderr });
    expect(collected(stdout)).toBe("first\nsecond\nthe result is 42\n");
    expect(collected(stderr)).toBe("");
  });

  test("leaves them out, and prints the result, or what the command makes of it", async () => {
    const { stdout, stderr } = streams();
    await parse(commandThat(talking), ["--json"], { stdout, stderr });
    expect(collected(stdout)).toBe("42\n");
    await parse(commandThat(talking, { json: (result) => ({ result }) }), ["--json"], { stdout, stderr });
    expect(collected(stdout)).toBe('{"result":42}\n');
    expect(collected(stderr)).toBe("");
  });

  test("or has them on standard error, where a command says so", async () => {
    const { stdout, stderr } = streams();
    await parse(commandThat(talking, { wordsBesideJson: true }), ["--json"], { stdout, stderr });
    expect(collected(stdout)).toBe("42\n");
    expect(collected(stderr)).toBe("first\nsecond\nthe result is 42\n");
  });

  test("prints nothing where the command fails", async () => {
    const { stdout, stderr } = streams();
    const failing = commandThat(async ({ compute }) =>
      compute(
        () => "",
        () => Promise.reject(new InputError("wrong")),
      ),
    );
    expect(await parse(failing, ["--json"], { stdout, stderr })).toEqual(new InputError("wrong"));
    expect(collected(stdout) + collected(stderr)).toBe("");
  });
});

describe("an interrupt", () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };

  /** What a command that is sent the signal while it computes ends with. */
  async function interrupted(
    signal: "SIGINT" | "SIGTERM",
    howToGoOn: (context: CommandContext) => string,
    words: string[] = [],
  ): Promise<unknown> {
    const others = process.listeners(signal);
    const description = commandThat((context) =>
      context.compute(
        () => howToGoOn(context),
        async (aborted) => {
          const [listener] = process.listeners(signal).filter((listener) => !others.includes(listener));
          listener(signal);
          aborted.throwIfAborted();
        },
      ),
    );
    const error = await parse(description, words, streams);
    expect(process.listeners(signal)).toEqual(others);
    return error;
  }

  test.each(["SIGINT", "SIGTERM"] as const)("by %s ends it with how to go on", async (signal) => {
    const error = await interrupted(signal, () => "nothing was written");
    expect(error).toEqual(new Interrupted("interrupted; nothing was written"));
  });

  test("of a command that can be continued gives the command line that does", async () => {
    const words = ["a file", "--json"];
    const error = await interrupted("SIGINT", ({ continuation }) => continuation({ out: "chosen/1" }), words);
    expect(error).toBeInstanceOf(Interrupted);
    expect((error as Error).message).toMatch(
      /^interrupted; continue with: .* made 'a file' --out chosen\/1 --json --resume$/,
    );
  });
});
