import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateRun } from "../runs/evaluation/evaluate-run.js";
import { savePolicy } from "../runs/policy-file.js";
import { runSearch } from "../runs/search/search-run.js";
import { uniformPolicy } from "../search/policy.js";
import { command, sets } from "../testing/command.js";
import {
  contents,
  tinyPerceptronConfig,
  tinyPerceptronSettings,
  tinyTransformerSettings,
  writeCorpus,
} from "../testing/runs.js";

/** What is wrong, the arguments, and what the message must hold. */
type Case = readonly [name: string, args: readonly string[], message: string | RegExp];

// Every case runs in an empty folder of its own; the files it is given are in the folder above.
const perceptron = (...changes: string[]) => ["perceptron", ...sets([...tinyPerceptronSettings, ...changes])];
const transformer = (...changes: string[]) => [
  "quickstart",
  ...sets([...tinyTransformerSettings("../corpus.txt"), ...changes]),
];
const corpus = (file: string, ...changes: string[]) => ["search", ...transformer(`data.train=${file}`, ...changes)];
const train = (...args: string[]) => ["train", ...perceptron(), ...args];

const cases: Readonly<Record<string, readonly Case[]>> = {
  corpus: [
    ["missing", corpus("../none.txt"), "No file matches ../none.txt in "],
    ["missing, of wanted text", corpus("../corpus.txt", "data.desired=../none.txt"), "No file matches ../none.txt in "],
    ["missing, of test text", corpus("../corpus.txt", "data.test=../none.txt"), "No file matches ../none.txt in "],
    [
      "wanted text that is test text too",
      corpus("../rows.jsonl", "data.desired=../corpus.txt", "data.test=../few.txt"),
      "5 of the 60 documents of data.desired are also in data.test; take them out of one",
    ],
    [
      "too little test text",
      corpus("../corpus.txt", "data.test=../rows.jsonl"),
      /The documents of data\.test give \d examples of 8 tokens, but data\.desiredExamples asks for 6; lower it/,
    ],
    ["a glob that matches nothing", corpus("*.jsonl"), "No file matches *.jsonl in "],
    ["of an unknown format", corpus("../corpus.doc"), "is of no known format; those read are .txt"],
    ["empty", corpus("../empty.txt"), "The corpus is empty: ../empty.txt holds no text"],
    ["a table without text", corpus("../numbers.csv"), /numbers\.csv .*a, b/],
    ["a column that is not there", corpus("../rows.jsonl", "data.column=txet"), /txet.*text/],
    ["not UTF-8", corpus("../latin1.txt"), "latin1.txt, line 2: byte 4 of the line (0xe9) is not valid UTF-8"],
    ["broken JSON", corpus("../broken.jsonl"), "broken.jsonl, line 2 is not valid JSON"],
    ["broken Parquet", corpus("../broken.parquet"), "broken.parquet is not valid Parquet"],
    ["broken gzip", corpus("../broken.txt.gz"), "broken.txt.gz is not a complete gzip file"],
    ["too few documents for the four sets", corpus("../few.txt"), /data\.desiredExamples asks .* lower it/],
    [
      "too few training examples",
      corpus("../corpus.txt", "data.examples=999"),
      /data\.examples asks for 999; lower it/,
    ],
    ["no tokenizer", corpus("../corpus.txt", "data.tokenizer=../none.json"), "There is no tokenizer ../none.json"],
    ["another tokenizer file", corpus("../corpus.txt", "data.tokenizer=../curve.json"), "is not a Hugging Face"],
  ],
  // src/runs/config.test.ts has many more.
  configuration: [
    ["no steps", corpus("../corpus.txt", "learning.steps=0"), "learning.steps: expected a whole number from 1 to"],
    ["a width in words", corpus("../corpus.txt", "model.width=wide"), /model\.width: expected .*, got "wide"\n/],
    [
      "heads that do not divide the width",
      corpus("../corpus.txt", "model.width=9"),
      "a multiple of model.heads (2), got 9",
    ],
    [
      "an unknown key",
      corpus("../corpus.txt", "data.exmaples=9"),
      "there is no key data.exmaples; the nearest is data.examples",
    ],
    [
      "an unknown preset",
      ["search", "perceptrum"],
      "no preset or file called perceptrum; the nearest preset is perceptron",
    ],
    ["invalid YAML", ["search", "../broken.yaml"], "../broken.yaml is not valid YAML: "],
    ["a setting without =", ["search", "--set", "learning.steps"], "--set learning.steps must have the form key=value"],
    ["a policy too large for a file", ["search", ...perceptron("learning.steps=1e9")], "lower one of them"],
    [
      "a model too large for the memory",
      ["search", ...transformer("model.layers=100", "model.width=8192", "model.feedForward=65536")],
      "does not fit into memory",
    ],
    [
      "a preset to print that is not there",
      ["presets", "quickstrat"],
      "no preset quickstrat; the nearest is quickstart",
    ],
  ],
  policy: [
    ["missing", train("--policy", "../none.safetensors"), "cannot read ../none.safetensors: there is no such file"],
    ["of another shape", train("--policy", "../small.safetensors"), "has shape [2, 3]; [20, 16] (steps, examples)"],
    ["not on the simplex", train("--policy", "../heavy.safetensors"), "step 7 is not a distribution"],
    [
      "no safetensors",
      train("--policy", "../curve.safetensors"),
      "../curve.safetensors is not a valid safetensors file",
    ],
    ["of no name", train("--policy", "lwa"), "there is no policy lwa; give uniform, law, "],
  ],
  baseline: [
    ["missing", train("--baseline", "../none.json"), "cannot read the baseline ../none.json: there is no such file"],
    ["no JSON", train("--baseline", "../corpus.txt"), "the baseline ../corpus.txt is not valid JSON"],
    ["without a curve", train("--baseline", "../run/state.json"), "must hold a testCurve"],
    ["of another length", train("--baseline", "../curve.json"), "has 3 steps, and learning.steps is 20"],
  ],
  run: [
    [
      "exists",
      ["search", ...perceptron(), "--out", "../run"],
      "../run exists; choose another --out or continue it with --resume",
    ],
    [
      "is a file",
      ["search", ...perceptron(), "--out", "../corpus.txt"],
      "../corpus.txt is a file; choose another --out",
    ],
    [
      "below a file",
      ["search", ...perceptron(), "--out", "../corpus.txt/run"],
      "a part of its path is a file, not a folder",
    ],
    ["not there to continue", ["search", ...perceptron(), "--out", "none", "--resume"], "there is no run none"],
    [
      "not there to continue, by its name",
      ["search", ...perceptron(), "--resume"],
      "there is no run runs/perceptron-1",
    ],
    [
      "continued with another configuration",
      ["search", ...perceptron("seed=2"), "--out", "../run", "--resume"],
      "seed is 1 in the run and 2 now",
    ],
    ["damaged", ["search", ...perceptron(), "--out", "../damaged", "--resume"], "state.json is damaged"],
  ],
  weights: [
    ["of no run", ["weights", "none", "--out", "w.jsonl"], "there is no run none"],
    ["of another folder", ["weights", "..", "--out", "w.jsonl"], "is not a run directory"],
    [
      "over a file",
      ["weights", "../run", "--out", "../corpus.txt"],
      "../corpus.txt exists; remove it or choose another --out",
    ],
    [
      "in a folder that is not there",
      ["weights", "../run", "--out", "none/w.parquet"],
      "cannot write none/w.parquet: there is no such file or folder",
    ],
    ["in another format", ["weights", "../run", "--out", "w.csv"], "w.csv must end in .parquet or .jsonl"],
  ],
  evaluation: [
    ["of no run", ["evaluate", "none"], "there is no run none"],
    ["of another folder", ["evaluate", ".."], "is not a run directory"],
    ["of an unfinished run", ["evaluate", "../unfinished"], "has 2 of 5 epochs; continue it with search --resume"],
    ["of a damaged run", ["evaluate", "../damaged"], "state.json is damaged"],
    ["of another version's run", ["evaluate", "../other"], "has format 99, and this version of learning-law reads"],
    ["of epochs that are not there", ["evaluate", "../run", "--epochs", "0,7"], "keeps no policy of epoch 7; it keeps"],
    ["of epochs in words", ["evaluate", "../run", "--epochs", "all"], "It must be numbers of epochs such as 0,1,5."],
  ],
  report: [
    ["of no run", ["report", "none"], "there is no run none"],
    ["of an unfinished run", ["report", "../unfinished"], "has 2 of 5 epochs; continue it with search --resume"],
    ["of a run that is not evaluated", ["report", "../run"], "run learning-law evaluate ../run first"],
    [
      "compared with a run that is not evaluated",
      ["report", "../evaluated", "../run"],
      "run learning-law evaluate ../run first",
    ],
    ["over a folder", ["report", "../evaluated", "--out", "../run"], "../run must end in .html"],
    [
      "in a folder that is not there",
      ["report", "../evaluated", "--out", "none/r.html"],
      "cannot write none/r.html: there is no folder none",
    ],
    ["with figures in a file", ["report", "../evaluated", "--png", "../corpus.txt"], "../corpus.txt is a file"],
  ],
  reproduction: [
    [
      "of an unknown experiment",
      ["reproduce", "perceptrons"],
      "there is no experiment perceptrons; the nearest is perceptron",
    ],
    ["in a file", ["reproduce", "perceptron", "--out", "../corpus.txt"], "a part of its path is a file, not a folder"],
  ],
  learning: [
    [
      "that diverges in a search",
      ["search", ...transformer("learning.learningRate=1e9"), "--out", "diverged"],
      /diverged: .* not finite after step \d of 6; lower learning\.learningRate/,
    ],
    [
      "that diverges in a training",
      ["train", ...transformer("learning.learningRate=1e9")],
      /diverged: .* not finite after step \d of 6; lower learning\.learningRate/,
    ],
  ],
  options: [
    ["--threads 0", ["search", "--threads", "0"], "'0' is invalid. It must be a whole number from 1."],
    [
      "--memory nonsense",
      ["train", "--memory", "lots"],
      "'lots' is invalid. It must be a size such as 512MiB or 4GiB.",
    ],
    ["an unknown device", ["search", "--device", "gpu"], "Allowed choices are cpu, wasm, webgpu, cuda."],
    ["an unknown option", ["search", "--memry", "1GiB"], "unknown option '--memry' (Did you mean --memory?)"],
    ["the version as a command", ["version"], "unknown command 'version'; --version prints it"],
    ["an unknown command", ["serach"], "unknown command 'serach' (Did you mean search?)"],
    [
      "a long argument, of which the ends are shown",
      ["search", "--threads", "x".repeat(100_000)],
      /^learning-law: option '--threads <n>' argument 'x{900,970} \[\.\.\.\] x{900,970}' is invalid. It must be a whole number from 1\.\n$/,
    ],
    [
      "more memory than the machine has",
      ["train", "--memory", "900TiB"],
      /'900TiB' is invalid. This machine has [\d.]+[GT]iB; give no more\./,
    ],
    [
      "an alias in a setting that holds itself",
      ["search", "--set", "data.train=&a [*a]"],
      "No file matches &a [*a] in ",
    ],
    [
      "a setting with a tag",
      ["search", "--set", "data.train=!mine x"],
      /^learning-law: No file matches !mine x in .*\n$/,
    ],
    ["two presets", ["search", "quickstart", "perceptron"], "too many arguments for 'search'"],
    ["several settings after one --set", ["search", "--set", "seed=1", "seed=2"], "needs a --set of its own"],
    ["no --out", ["weights", "../run"], "required option '--out <file>' not specified"],
    ["no run", ["weights", "--out", "w.jsonl"], "missing required argument 'run'"],
  ],
};

let folder = "";
let before: Record<string, string> = {};
const at = (name: string) => join(folder, name);

let number = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bad-"));
  writeCorpus(at("corpus.txt"));
  writeFileSync(at("corpus.doc"), "text");
  writeFileSync(at("empty.txt"), " \n\n ");
  writeFileSync(at("numbers.csv"), "a,b\n1,2\n3,4\n");
  writeFileSync(at("rows.jsonl"), '{"text":"a cat"}\n{"text":"a dog"}\n');
  writeFileSync(at("latin1.txt"), Buffer.from("the\ncaf\xe9\n", "latin1"));
  writeFileSync(at("broken.jsonl"), '{"text":"a cat"}\n{"text":\n');
  writeFileSync(at("broken.parquet"), "PAR1 and then nothing PAR1");
  writeFileSync(at("broken.txt.gz"), gzipSync("a cat ".repeat(1000)).subarray(0, 40));
  writeCorpus(at("few.txt"), 5);
  writeFileSync(at("broken.yaml"), "model: {kind: perceptron\n");
  for (const name of ["curve.json", "curve.safetensors"]) writeFileSync(at(name), '{"testCurve":[3,2,1]}');
  savePolicy(at("small.safetensors"), uniformPolicy(2, 3));
  const heavy = uniformPolicy(20, 16);
  heavy.weights[7 * 16] = 0.5;
  savePolicy(at("heavy.safetensors"), heavy);
  for (const run of ["run", "damaged"]) await runSearch(tinyPerceptronConfig(), at(run), { threads: 1 });
  writeFileSync(at("damaged/state.json"), "{");
  for (const copy of ["unfinished", "other", "evaluated"]) cpSync(at("run"), at(copy), { recursive: true });
  const { metricsBytes } = JSON.parse(readFileSync(at("run/state.json"), "utf8"));
  writeFileSync(at("unfinished/state.json"), JSON.stringify({ nextEpoch: 2, metricsBytes }));
  rmSync(at("unfinished/ending.json"));
  writeFileSync(at("other/versions.json"), '{"format":99}');
  await evaluateRun(at("evaluated"), { threads: 1 });
  before = contents(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(cases))("%s", (_, some) => {
  test.each(some)("%s", async (_, args, message) => {
    const cwd = at(`case-${number++}`);
    mkdirSync(cwd);
    const { code, stdout, stderr } = await command(cwd, ...args);
    if (typeof message === "string") expect(stderr).toContain(message);
    else expect(stderr).toMatch(message);
    // One line, which begins with our name: no stack and no usage. Only learning that began and failed had a run.
    expect(stderr.replace(/^run diverged: .*\n/, "")).toMatch(/^learning-law: [^\n]+\n$/);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

// A device that this machine has is tested elsewhere; what drivers print on the way is not ours.
test.each(["cuda", "webgpu"])("an absent device %s is named, and nothing is written", async (device) => {
  const { code, stderr } = await command(
    folder,
    "search",
    ...perceptron(),
    "--device",
    device,
    "--out",
    "on-device/run",
  );
  if (code === 0) return;
  expect(code).toBe(2);
  expect(stderr).toMatch(new RegExp(`learning-law: device ${device} [^\\n]*; use --device cpu\\n$`));
  expect(stderr).not.toContain("run on-device");
  expect(existsSync(at("on-device"))).toBe(false);
});

test("none of this changed a file that was there", () => {
  const after = contents(folder);
  for (const name of Object.keys(before)) expect(after[name], name).toBe(before[name]);
});
