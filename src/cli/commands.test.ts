import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { evaluateRun } from "../runs/evaluation/evaluate-run.js";
import { runSearch } from "../runs/search/search-run.js";
import { command, sets } from "../testing/command.js";
import { tinyPerceptronConfig, tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";
import type { AnyCommand } from "./command.js";
import { commands, groups } from "./commands.js";
import { createCommand, type Streams } from "./run-command.js";

const search = ["perceptron", ...sets(tinyPerceptronSettings), "--threads", "1"];
const training = [...tinyTransformerSettings("corpus.txt"), "training.steps=3"];
const train = ["quickstart", ...sets(training), "--threads", "1"];

/** What each command is given here; one without fails. */
const given: Readonly<Record<string, readonly string[]>> = {
  search: [...search, "--out", "found"],
  evaluate: ["searched", "--epochs", "0,4", "--threads", "1"],
  report: ["searched"],
  train: [...train, "--out", "learned"],
  generate: ["trained", "--tokens", "3"],
  export: ["trained", "--out", "exported"],
  select: ["trained", "--corpus", "corpus.txt", "--fraction", "0.5", "--out", "selected.jsonl", "--threads", "1"],
  interference: ["trained", "--threads", "1"],
  weights: ["trained", "--out", "weights.jsonl"],
  compress: ["corpus.txt", "--level", "1"],
  decompress: ["packed.llz", "--out", "unpacked"],
  presets: [],
  schedules: [],
  reproduce: [],
  "curve read": ["curve.csv"],
  "curve deceleration": ["curve.csv", "--transient", "0"],
  "curve scaling": ["curve.csv"],
  "curve annealing": ["--fit", "curve.csv", "--predict", "curve.csv"],
};

/** Every command with the words that name it. */
const named = [
  ...commands.map((description) => ({ words: [description.name], description })),
  ...groups.flatMap(({ name, commands }) =>
    commands.map((description) => ({ words: [name, description.name], description })),
  ),
];

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "commands-"));
  writeCorpus(join(folder, "corpus.txt"));
  const steps = Array.from({ length: 60 }, (_, i) => 10 * (i + 1));
  const lines = steps.map((step) => `${step},${4 + 5 * step ** -0.5},${0.003 * (1 - step / 700)}`);
  writeFileSync(join(folder, "curve.csv"), `step,loss,lr\n${lines.join("\n")}\n`);
  await command(folder, "compress", "corpus.txt", "--out", "packed.llz", "--level", "1");
  await runSearch(tinyPerceptronConfig(), join(folder, "searched"), { threads: 1 });
  await evaluateRun(join(folder, "searched"), { threads: 1 });
  const trained = await command(folder, "train", ...train, "--out", "trained");
  expect(trained.code, trained.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

// The server goes on after what it prints: src/serve/serve.test.ts has it.
test.each(named.map(({ words }) => words.join(" ")).filter((name) => name !== "serve"))(
  "%s --json prints one JSON object alone on standard output",
  async (name) => {
    const { code, stdout, stderr } = await command(folder, ...name.split(" "), ...given[name], "--json");
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toBeTypeOf("object");
  },
);

const examples = named.flatMap(({ description: { help = "" } }) => {
  const lines = help.replaceAll(/\\\n */g, "").match(/^ {2}learning-law .*$/gm) ?? [];
  // What stands apart says what it does, and `>` is the shell's.
  return lines.map((line) => line.trim().split(/ {3,}| > /)[0]);
});

test("help has examples", () => {
  expect(examples).toContain(
    "learning-law train quickstart --set training.optimizer=sgd --set training.steps=500 --json",
  );
});

test.each(groups.flatMap(({ commands }) => commands.map(({ name, help = "" }) => [name, help])))(
  "help of curve %s fits a terminal of 80 columns",
  (_, help) => {
    expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  },
);

test("help of search fits a terminal of 80 columns, and says where the keys are described", () => {
  const help = commands.find(({ name }) => name === "search")!.help!;
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(help).toMatch(/^Keys: .*learning-law presets quickstart.* docs\/REFERENCE\.md$/m);
});

test("the epochs of a preset that help evaluates are kept by a search of it", () => {
  const evaluations = examples.flatMap((line) => [...line.matchAll(/runs\/(\w+)-1 --epochs ([\d,]+)/g)]);
  expect(evaluations.length).toBeGreaterThan(0);
  for (const [, preset, list] of evaluations) {
    const { epochs, keepEvery } = resolveConfig(preset, []).search;
    for (const epoch of list.split(",").map(Number)) {
      expect(epoch).toBeLessThanOrEqual(epochs);
      expect(epoch % keepEvery === 0 || epoch === epochs).toBe(true);
    }
  }
});

test.each(examples)("help's example can be typed: %s", async (example) => {
  const typed = example.match(/'[^']*'|"[^"]*"|\S+/g)!.slice(1);
  const { words: name, description } = named.find(({ words }) => words.every((word, i) => word === typed[i]))!;
  const words = typed.slice(name.length);
  const idle: AnyCommand = { ...description, run: async () => undefined, lines: () => [], json: () => null };
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() } as unknown as Streams;
  await createCommand(idle, streams).exitOverride().parseAsync(words, { from: "user" });
});
