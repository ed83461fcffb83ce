import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom, type Random } from "../base/random.js";
import { readCorpus } from "../data/readers/corpus.js";
import { withDuckdb } from "../files/duckdb.js";
import { command, sets, start } from "../testing/command.js";

let folder = "";
const at = (name: string) => join(folder, name);

const NOUNS = "cat dog bird fox king queen".split(" ");
const ADJECTIVES = "big small red old".split(" ");

/** Sentences that have an order, of four templates. */
function story(random: Random): string {
  const one = (words: readonly string[]) => words[random.integer(words.length)];
  const noun = () => `the ${one(ADJECTIVES)} ${one(NOUNS)}`;
  const sentence = () =>
    one([`${noun()} sees ${noun()} .`, `${noun()} sits under ${noun()} .`, `now ${noun()} is very happy .`]);
  return Array.from({ length: 3 }, sentence).join(" ");
}

function shuffled(text: string, random: Random): string {
  const words = text.split(" ");
  return Array.from(random.permutation(words.length), (i) => words[i]).join(" ");
}

interface Row {
  readonly document: string;
  readonly text: string;
  readonly score: number;
  readonly tokens: number;
}

const readRows = (path: string): Row[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const tiny = [
  ...["model.layers=1", "model.width=16", "model.heads=2", "model.feedForward=32", "data.vocabulary=60"],
  ...["data.length=12", "data.perturbed=0", "data.examples=200", "data.desiredExamples=40"],
  ...["training.batch=32", "training.warmup=10", "training.learningRate=0.01"],
];
const train = (...changes: string[]) => [
  ...["train", "quickstart", ...sets([...tiny, "data.desired=wanted.jsonl", ...changes]), "--threads", "1"],
];
const select = (...args: string[]) => ["select", "run", "--threads", "1", ...args];
/** Every second document of the corpus is shuffled. */
const isStory = ({ document }: Row) => Number(document.split(":")[1]) % 2 === 0;

const DOCUMENTS = 6000;
let wanted: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "select-"));
  const random = createRandom(1, "stories");
  const lines = (texts: readonly string[]) => texts.map((text) => `${JSON.stringify({ text })}\n`).join("");
  const mixed = (count: number) =>
    Array.from({ length: count }, (_, i) => (i % 2 === 0 ? story(random) : shuffled(story(random), random)));
  wanted = Array.from({ length: 120 }, () => story(random));
  writeFileSync(at("wanted.jsonl"), lines(wanted));
  writeFileSync(at("part.jsonl"), lines(mixed(300)));
  writeFileSync(at("big.jsonl"), lines(mixed(DOCUMENTS)));
  writeFileSync(at("small.jsonl"), lines(mixed(200)));
  const steps = ["data.train=part.jsonl", "training.steps=120", "training.checkpointEvery=40"];
  const { code, stderr } = await command(folder, ...train(...steps), "--out", "run");
  expect(code, stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a selection", () => {
  const big = ["--corpus", "big.jsonl", "--fraction", "0.4"];
  let summary: Record<string, number> = {};
  beforeAll(async () => {
    const { code, stdout, stderr } = await command(folder, ...select(...big, "--out", "whole.parquet", "--json"));
    expect(code, stderr).toBe(0);
    expect(stdout.trimEnd().split("\n").length).toBe(1);
    summary = JSON.parse(stdout);
  });

  test("favours real text over its shuffled words, and holds the share asked for, in the corpus's order", async () => {
    expect((await command(folder, ...select(...big, "--out", "whole.jsonl"))).code).toBe(0);
    const rows = readRows(at("whole.jsonl"));
    expect(rows.filter(isStory).length / rows.length).toBeGreaterThan(0.9);
    const corpus = await readCorpus([at("big.jsonl")]);
    const places = rows.map(({ document }) => Number(document.split(":")[1]));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const [i, { document, text }] of rows.entries()) {
      expect(text).toBe(corpus[places[i]].text);
      expect(document).toBe(`big.jsonl:${places[i]}`);
    }
    const tokens = rows.reduce((sum, row) => sum + row.tokens, 0);
    expect(summary).toMatchObject({ documents: DOCUMENTS, selectedDocuments: rows.length, selectedTokens: tokens });
    // No document too many: without the worst one it would be less than the share.
    expect(tokens).toBeGreaterThanOrEqual(0.4 * summary.tokens);
    expect(tokens).toBeLessThan(0.4 * summary.tokens + Math.max(...rows.map((row) => row.tokens)));
    expect(Math.min(...rows.map((row) => row.score))).toBe(summary.threshold);
    expect(existsSync(at("whole.jsonl.partial"))).toBe(false);

    const table = await withDuckdb((query) => query(`SELECT * FROM read_parquet('${at("whole.parquet")}')`));
    expect(table.map((row) => ({ ...row, tokens: Number(row.tokens) }))).toEqual(rows);
  });

  test("is a data.train", async () => {
    const settings = ["data.train=whole.parquet", "training.steps=2"];
    const { code, stderr } = await command(folder, ...train(...settings), "--out", "on-selection");
    expect(code, stderr).toBe(0);
  });

  test("has the same bytes when it is made again", async () => {
    await command(folder, ...select(...big, "--out", "again.parquet"));
    expect(readFileSync(at("again.parquet"))).toEqual(readFileSync(at("whole.parquet")));
  });

  test("that is killed and continued, again and again, has the same bytes", async () => {
    const args = select(...big, "--out", "killed.parquet", "--json");
    const scored = () => (existsSync(at("killed.parquet.partial")) ? readdirSync(at("killed.parquet.partial")) : []);
    const blocks: number[] = [];
    for (const wait of [0, 3]) {
      const running = start(folder, ...args, ...(wait === 0 ? [] : ["--resume"]));
      const ended = running.finished.then(() => true);
      const enough = () => scored().filter((name) => /^scores-\d+\.safetensors$/.test(name)).length >= wait;
      while (!(scored().includes("begun.json") && enough()))
        if (await Promise.race([ended, new Promise<false>((resolve) => setTimeout(() => resolve(false), 5))])) break;
      running.process.kill("SIGKILL");
      await running.finished;
      blocks.push(scored().length);
    }
    expect(blocks[1]).toBeGreaterThan(blocks[0]);
    expect(existsSync(at("killed.parquet"))).toBe(false);
    const { code, stdout } = await command(folder, ...args, "--resume");
    expect(code).toBe(0);
    expect(readFileSync(at("killed.parquet"))).toEqual(readFileSync(at("whole.parquet")));
    expect(JSON.parse(stdout)).toEqual({ ...summary, out: "killed.parquet" });
    expect(existsSync(at("killed.parquet.partial"))).toBe(false);
  });

  test("that is stopped by Ctrl-C says how to continue, and is continued with nothing else", async () => {
    const running = start(folder, ...select(...big, "--out", "stopped.parquet"));
    while (!existsSync(at("stopped.parquet.partial/begun.json")))
      await new Promise((resolve) => setTimeout(resolve, 5));
    running.process.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    const [, line] = /(?:^|[\r\n])interrupted; continue with: node \S+main.js (.*)\n$/.exec(stderr) ?? [];
    expect(line).toMatch(
      /^select run --out stopped\.parquet --threads 1 --corpus big\.jsonl --fraction 0\.4 --resume$/,
    );

    const words = line.split(" ");
    const half = await command(folder, ...words.with(words.indexOf("0.4"), "0.5"));
    expect(half.stderr).toContain("stopped.parquet.partial was begun with fraction 0.4, and it is 0.5 now");
    utimesSync(at("big.jsonl"), new Date(), new Date(Date.now() - 5000));
    const touched = await command(folder, ...words);
    expect(touched.stderr).toContain("was begun with corpus.0.modified ");
    expect([half.code, touched.code]).toEqual([2, 2]);
    expect(existsSync(at("stopped.parquet.partial/begun.json"))).toBe(true);
    rmSync(at("stopped.parquet.partial"), { recursive: true });
  });

  test("by a distilled scorer finds much the same, and says how well it does", async () => {
    const args = select(...big, "--distil", "500", "--out", "distilled.jsonl", "--json");
    const { code, stdout, stderr } = await command(folder, ...args);
    expect(code, stderr).toBe(0);
    const { distilled } = JSON.parse(stdout);
    expect(distilled.pearson).toBeGreaterThan(0.5);
    expect(distilled.spearman).toBeGreaterThan(0.5);
    const rows = readRows(at("distilled.jsonl"));
    expect(rows.filter(isStory).length / rows.length).toBeGreaterThan(0.9);
  });
});

test("over several checkpoints, scores are their mean, and are printed in plain words", async () => {
  const args = [
    "--corpus",
    "small.jsonl",
    "--fraction",
    "1",
    "--checkpoints",
    "3",
    "--distil",
    "150",
    "--out",
    "all.jsonl",
  ];
  const { code, stdout } = await command(folder, ...select(...args));
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^all\.jsonl: 200 of 200 documents, ([\d,]+) of \1 tokens \(100\.0%\), with scores from -?\d+\.\d{3}\.\n\d+ of the 200 have negative scores: learning from them would do harm\. Documents with positive scores hold \d+\.\d% of the tokens; --fraction 0\.\d+ takes those that help alone\.\nDistilled from \d+ windows; on \d+ others the correlation with their contributions is 0\.\d{3} \(of ranks: 0\.\d{3}\)\.\nContributions at step 40, step 80, step 120 are within \d\.\d% of the exact derivative\.\n$/,
  );
});

test.each([
  ["a fraction in words", ["--fraction", "half"], "the fraction must be above 0 and at most 1, got NaN"],
  ["a file that is there", ["--out", "there.jsonl"], "there.jsonl exists; remove it or choose another --out"],
  ["a corpus without a text column", ["--corpus", "columns.csv"], "name the one to read as --column."],
  ["a sample of none", ["--distil", "0"], "It must be a whole number from 1."],
])("%s is refused in one sentence, with exit code 2, and nothing is written over", async (_, more, message) => {
  writeFileSync(at("columns.csv"), "title,body\na,b\n");
  writeFileSync(at("there.jsonl"), "mine");
  const has = (option: string) => more.includes(option);
  const corpus = has("--corpus") ? [] : ["--corpus", "small.jsonl"];
  const given = [...corpus, ...["--fraction", "0.4", "--out", "out.jsonl"], ...more];
  const { code, stdout, stderr } = await command(folder, ...select(...given));
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^learning-law: [^\n]+\n$/);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  for (const name of ["out.jsonl", "out.jsonl.partial", "there.jsonl.partial"])
    expect(existsSync(at(name))).toBe(false);
  expect(readFileSync(at("there.jsonl"), "utf8")).toBe("mine");
});

test("--help teaches with an example", async () => {
  const { code, stdout } = await command(folder, "select", "--help");
  expect(code).toBe(0);
  expect(stdout).toContain(
    "learning-law select runs/little --corpus 'big/*.jsonl.gz' --fraction 0.4 --out selected.parquet",
  );
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});
