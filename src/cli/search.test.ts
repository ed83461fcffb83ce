import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { command, sets, start } from "../testing/command.js";
import { contents, tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "command-"));
  writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const transformer = ["search", "quickstart", ...sets(tinyTransformerSettings("corpus.txt")), "--threads", "1"];
/** Many short epochs, so that there is something going on when it is killed. */
const long = (...changes: string[]) => [
  ...["search", "perceptron", ...sets([...tinyPerceptronSettings, "search.epochs=60", ...changes]), "--threads", "1"],
];

describe("a search from the command line", () => {
  test("with --json prints one object, last on standard output, and all else on standard error", async () => {
    const { code, stdout, stderr } = await command(folder, ...transformer, "--out", "json", "--json");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBe(1);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ run: "json", parameters: expect.any(Number), baseline: { epoch: 0 } });
    expect(summary.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 1, 2]);
    const number = expect.any(Number);
    for (const epoch of summary.epochs)
      expect(epoch).toMatchObject({
        ...{ area: number, validationArea: number, testArea: number, compressionRatio: number },
        ...{ acceleration: number, zeroShare: number },
        seconds: { trajectory: number, costate: number, projection: number, evaluation: number },
      });
    expect(readFileSync(at(summary.best.policy)).length).toBeGreaterThan(0);
    expect(stderr).toMatch(
      /^run json: 1,424 parameters, vocabulary 50\nconventional .*\nepoch 1\/2 .*\nepoch 2\/2 .*\n/,
    );
    expect(stderr).toContain("main.js weights json --out weights.parquet");
  });

  test("without --json says in plain words what was found, and numbers its runs", async () => {
    const short = long("search.epochs=1");
    for (const number of [1, 2]) {
      const { code, stdout, stderr } = await command(folder, ...short);
      expect(code).toBe(0);
      expect(stderr).toContain(`run runs/perceptron-${number}: 4 parameters, vocabulary 2\n`);
      expect(stdout).toMatch(/learning reaches the final test loss of conventional learning \d+\.\d\d times sooner/);
      expect(stdout).not.toContain("NaN");
    }
    // --resume means the newest; it is finished already.
    rmSync(at("runs/perceptron-1"), { recursive: true });
    const { code, stdout } = await command(folder, ...short, "--resume", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout).run).toBe("runs/perceptron-2");
  });
});

describe("a search that ends early", () => {
  test("is killed at any moment, and continued until it is killed again", async () => {
    const search = [...long(), "--json", "--out"];
    const uninterrupted = await command(folder, ...search, "whole");
    const random = createRandom(1, "kills");
    // What a person does: continue the run if there is one, else start it again.
    const again = () => (existsSync(at("killed/versions.json")) ? ["--resume"] : []);
    for (const [line, most] of [
      ["run ", 50],
      ["", 800],
      ["epoch 30/", 30],
    ] as const) {
      const running = start(folder, ...search, "killed", ...again());
      await running.says(line);
      await new Promise((resolve) => setTimeout(resolve, most * random.uniform()));
      running.process.kill("SIGKILL");
      await running.finished;
    }
    const { code, stdout } = await command(folder, ...search, "killed", ...again());
    expect(code).toBe(0);
    expect(contents(at("killed"))).toEqual(contents(at("whole")));
    const results = (json: string) =>
      JSON.parse(json).epochs.map(({ seconds, ...metrics }: { seconds: object }) => metrics);
    expect(results(stdout)).toEqual(results(uninterrupted.stdout));
  });

  test("by Ctrl-C says how to continue, with a command that does", async () => {
    const odd = at("it's here");
    const search = [...long("search.epochs=30"), "--memory", "2GiB", "--out"];
    const running = start(folder, ...search, odd);
    await running.says("conventional");
    running.process.kill("SIGINT");
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(130);
    expect(stdout).toBe("");
    const [, line] = /\ninterrupted; continue with: node \S+main.js (.*)\n$/.exec(stderr) ?? [];
    expect(line).toMatch(/--memory 2147483648 --threads 1 --resume$/);

    // As a shell takes the line.
    const words = [...line.matchAll(/((?:'[^']*'|\\'|[^\s'])+)/g)].map(([word]) =>
      word.replace(/'([^']*)'|\\(')/g, (_, quoted, escaped) => quoted ?? escaped),
    );
    expect((await command(folder, ...words)).code).toBe(0);
    await command(folder, ...search, "unbroken");
    expect(contents(odd)).toEqual(contents(at("unbroken")));
  });
});
