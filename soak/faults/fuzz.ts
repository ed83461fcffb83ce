import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Random } from "../../src/base/random.js";
import { sets, tinyTransformerSettings } from "../../src/testing/runs.js";
import { complaints } from "../command.js";
import type { Fault } from "../fault.js";

const VALUES = [
  ...["-1", "0", "1", "0.5", "1e-300", "1e300", "-0", "NaN", ".inf", "99999999999999999999", "true", "null", "''"],
  ...[
    "[]",
    "[1, 2]",
    "{}",
    "{a: 1}",
    "&a [*a]",
    "!x y",
    "'",
    '"',
    "{",
    "law",
    "sgd",
    "corpus.txt",
    "../..",
    "/",
    "/dev/zero",
  ],
  ...["\u{1f408}", "\u0000".replace("\0", "\\0"), " ", "a: b: c", "x".repeat(100_000)],
];
const KEYS = [
  ...[
    "seed",
    "model",
    "model.kind",
    "model.layers",
    "model.width",
    "model.heads",
    "data",
    "data.train",
    "data.desired",
  ],
  ...[
    "data.test",
    "data.column",
    "data.tokenizer",
    "data.vocabulary",
    "data.length",
    "data.examples",
    "data.perturbed",
  ],
  ...["data.desiredExamples", "data.perturbations", "learning", "learning.steps", "learning.learningRate"],
  ...["learning.warmup", "search.epsilon", "search.keepEvery", "training", "training.optimizer", "training.batch"],
  ...["training.schedule", "training.clip", "training.optimizer.momentum", "none", "", "__proto__", "a.b.c"],
];
const OPTIONS = [
  ...["--threads", "--memory", "--device", "--out", "--policy", "--baseline", "--set", "--resume", "--json", "--none"],
  ...["--seeds", "--column", "--fraction", "--checkpoints", "--distil", "--help"],
];
const COMMANDS = [
  "search",
  "train",
  "evaluate",
  "report",
  "weights",
  "export",
  "generate",
  "select",
  "presets",
  "schedules",
];
const ENDINGS = [".txt", ".jsonl", ".csv", ".txt.gz", ".txt.zst", ".parquet", ".jsonl.gz"];

const tiny = (corpus: string) => [...sets([...tinyTransformerSettings(corpus), "training.steps=2"]), "--threads", "1"];

export const fuzz: Fault = {
  name: "fuzz",
  about: "whatever options, configuration or corpus it is given, it works or refuses in one sentence",
  async attempt(laboratory, folder, random) {
    const corpus = readFileSync(join(laboratory.reference, "corpus.txt"));
    writeFileSync(join(folder, "corpus.txt"), corpus);
    const words = [settings, options, configuration, documents][random.integer(4)](folder, corpus, random);
    return complaints(await laboratory.run(folder, words), [0, 2]);
  },
};

const pick = <Item>(items: readonly Item[], random: Random): Item => items[random.integer(items.length)];

function settings(_: string, __: Buffer, random: Random): string[] {
  const set = Array.from({ length: 1 + random.integer(2) }, () => `${pick(KEYS, random)}=${pick(VALUES, random)}`);
  return ["train", "quickstart", ...tiny("corpus.txt"), ...sets(set), "--out", "run"];
}

function options(_: string, __: Buffer, random: Random): string[] {
  const places = ["quickstart", "run", "corpus.txt", ".", "", "/dev/null"];
  const given = Array.from({ length: random.integer(4) }, () => [pick(OPTIONS, random), pick(VALUES, random)]);
  return [pick(COMMANDS, random), pick(places, random), ...given.flat(), ...tiny("corpus.txt").slice(0, -2)];
}

function configuration(folder: string, _: Buffer, random: Random): string[] {
  const yaml = [
    ...["model: { kind: transformer, layers: 1, width: 8, heads: 2, feedForward: 16 }"],
    ...["data: { kind: text, train: corpus.txt, vocabulary: 50, length: 8, examples: 12, desiredExamples: 6 }"],
    ...["learning: { steps: 6 }", "training: { steps: 2, optimizer: { name: adamw } }", ""],
  ].join("\n");
  writeFileSync(join(folder, "my.yaml"), changed(Buffer.from(yaml), random));
  return ["train", "my.yaml", "--threads", "1", "--out", "run"];
}

function documents(folder: string, corpus: Buffer, random: Random): string[] {
  const texts = corpus.toString().split("\n\n").slice(0, 100);
  const rows = [
    texts.map((text) => JSON.stringify({ text })).join("\n"),
    `text\n${texts.join("\n")}`,
    texts.join("\n\n"),
  ];
  const ending = pick(ENDINGS, random);
  const plain = changed(Buffer.from(pick(rows, random)), random);
  const bytes = ending.endsWith(".gz") ? changed(gzipSync(plain), random) : plain;
  const name = `fuzzed${ending}`;
  writeFileSync(join(folder, name), bytes);
  return ["train", "quickstart", ...tiny(name), "--out", "run"];
}

/** Bytes with some flipped, some cut out, some put in, some doubled; or as they were. */
function changed(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let i = random.integer(4); i > 0 && result.length > 0; i--) {
    const [from, length] = [random.integer(result.length), 1 + random.integer(64)];
    const [before, part, after] = [
      result.subarray(0, from),
      result.subarray(from, from + length),
      result.subarray(from + length),
    ];
    const noise = Buffer.from(part.map((byte) => byte ^ random.integer(256)));
    result = Buffer.concat([before, ...pick([[noise], [], [part, noise], [part, part]], random), after]);
  }
  return result;
}
