import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import type { TextData } from "../problem/text-data.js";
import type { Config } from "./config.js";
import { presets } from "./presets.js";
import { resolveConfig } from "./resolve-config.js";

type TextConfig = Config & { data: TextData };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function yaml(text: string): string {
  const path = join(folder, "config.yaml");
  writeFileSync(path, text);
  return path;
}

function refusal(presetOrFile: string, ...settings: string[]): string {
  try {
    resolveConfig(presetOrFile, settings);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "accepted";
}

describe("a configuration", () => {
  test.each(Object.keys(presets))("preset %s is one", (name) => {
    expect(resolveConfig(name)).toMatchObject({ model: presets[name].config.model });
  });

  test("settings change keys; values are read as YAML, and as text where they are none", () => {
    const config = resolveConfig("quickstart", [
      ...["learning.steps=7", "learning.learningRate=1e-3", "data.train=[a.txt, b.txt]", "data.desired=*.jsonl"],
      ...["data.column=null", "data.tokenizer=dir/tokenizer=v2.json", "seed=3", "seed=4"],
    ]) as TextConfig;
    expect(config.learning).toEqual({ steps: 7, learningRate: 0.001, warmup: 0 });
    expect(config.data).toMatchObject({ train: ["a.txt", "b.txt"], desired: ["*.jsonl"], column: null });
    expect(config.data.tokenizer).toBe("dir/tokenizer=v2.json");
    expect(config.seed).toBe(4);
  });

  test("test files are named like desired ones; who does not know the key has none", () => {
    const { data, ...rest } = resolveConfig("quickstart") as TextConfig;
    const { test: none, ...older } = data;
    expect(none).toBe(null);
    expect(resolveConfig(yaml(JSON.stringify({ ...rest, data: older })))).toEqual({ ...rest, data });
    const config = resolveConfig("quickstart", ["data.test=*.jsonl"]) as TextConfig;
    expect(config.data).toEqual({ ...data, test: ["*.jsonl"] });
    expect(refusal("perceptron", "data.test=a.txt")).toContain("perceptron: there is no key data.test");
  });

  test("a file may give a preset, and changes what it gives itself", () => {
    const config = resolveConfig(yaml("preset: perceptron\nlearning: {steps: 3}\nseed: 9\n"));
    const base = resolveConfig("perceptron");
    expect(config).toEqual({ ...base, seed: 9, learning: { ...base.learning, steps: 3 } });
  });

  test("who gives a corpus of their own gets it unperturbed, unless they ask", () => {
    const perturbed = (source: string, ...settings: string[]) =>
      (resolveConfig(source, settings) as TextConfig).data.perturbed;
    expect(perturbed("quickstart")).toBe(0.5);
    expect(perturbed("quickstart", "data.train=mine.txt")).toBe(0);
    expect(perturbed("quickstart", "data.perturbed=0.3", "data.train=mine.txt")).toBe(0.3);
    expect(perturbed(yaml("preset: quickstart\ndata: {train: mine.txt}"))).toBe(0);
    expect(perturbed(yaml("preset: quickstart\ndata: {train: mine.txt, perturbed: 0.3}"))).toBe(0.3);
    expect(perturbed(yaml("preset: quickstart\ndata: {vocabulary: 99}"))).toBe(0.5);
  });
});

describe("a training section", () => {
  test("is there only where it is asked for: without it a configuration is what it was before there were trainings", () => {
    for (const name of Object.keys(presets)) {
      const config = resolveConfig(name);
      expect(Object.keys(config)).toEqual(["model", "data", "learning", "search", "seed"]);
      expect(JSON.stringify(config)).not.toContain("training");
    }
    expect(resolveConfig("perceptron")).toMatchObject(presets.perceptron.config);
    const { train, ...data } = presets.quickstart.config.data as { train: string };
    expect(resolveConfig("quickstart")).toMatchObject({
      ...presets.quickstart.config,
      data: { train: [train], ...data },
    });
  });

  const defaults = {
    ...{ optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }, learningRate: 0.003, batch: 64 },
    ...{ accumulate: 1, schedule: { name: "cosine" }, warmup: 50, clip: 1, average: null },
    ...{ evaluateEvery: 20, checkpointEvery: 100, steps: 1000, policy: { name: "uniform" } },
  };

  test("has a default for everything, the scale of SGD's own among them", () => {
    for (const preset of ["perceptron", "quickstart"]) {
      expect(resolveConfig(preset, ["training.optimizer=adamw"]).training).toEqual(defaults);
      expect(resolveConfig(preset, ["training.steps=7"]).training).toEqual({ ...defaults, steps: 7 });
      const optimizer = { name: "sgd", momentum: 0.9, weightDecay: 0 };
      const sgd = { ...defaults, optimizer, learningRate: 0.1 };
      expect(resolveConfig(preset, ["training.optimizer=sgd"]).training).toEqual(sgd);
      const given = ["training.optimizer=sgd", "training.learningRate=2", "training.clip=null", "training.average=0.9"];
      expect(resolveConfig(preset, given).training).toEqual({ ...sgd, learningRate: 2, clip: null, average: 0.9 });
    }
  });

  test("can be given in a file, and resolved once more it stays as it is", () => {
    const once = resolveConfig(yaml("preset: perceptron\ntraining: {batch: 8, accumulate: 4}\n"));
    expect(once.training).toEqual({ ...defaults, batch: 8, accumulate: 4 });
    expect(resolveConfig(yaml(JSON.stringify(once)))).toEqual(once);
  });

  const belowOne = "a number from 0 to below 1";
  test.each([
    ["training.optimizer=adam", "adamw or sgd", '"adam"'],
    [
      "training.schedule=cos",
      "constant, linear, cosine, wsd, rex, power, rewarm, step, exponential or refined",
      '"cos"',
    ],
    ["training.learningRate=0", "a number above 0, at most 1000000000", "0"],
    ["training.batch=0", "a whole number from 1 to 1000000000", "0"],
    ["training.steps=1.5", "a whole number from 1 to 1000000000", "1.5"],
    ["training.optimizer.beta1=1", belowOne, "1"],
    ["training.optimizer.beta2=-0.1", belowOne, "-0.1"],
    ["training.optimizer={name: sgd, momentum: much}", belowOne, '"much"', "training.optimizer.momentum"],
    ["training.average=1", `${belowOne}, or null`, "1"],
    ["training.clip=0", "a number above 0, at most 1000000000, or null", "0"],
    ["training.schedule={name: wsd, decay: 1.1}", "a number from 0 to 1", "1.1", "training.schedule.decay"],
    ["training.optimizer.weightDecay=-1", "a number from 0 to 1000000000", "-1"],
    ["training.accumulate=6", "a number that divides training.batch (64)", "6"],
    ["training=5", expect.stringMatching(/^a section with the keys optimizer, learningRate, /), "5"],
  ])("--set %s is refused", (setting, expected, got, key = setting.slice(0, setting.indexOf("="))) => {
    const [, said] = /^quickstart: .*?: expected (.*), got /.exec(refusal("quickstart", setting)) ?? [];
    expect(said).toEqual(expected);
    expect(refusal("quickstart", setting)).toBe(`quickstart: ${key}: expected ${said}, got ${got}`);
  });

  test("a component is a name, or a section with its name and settings; one setting alone changes it", () => {
    const of = (...settings: string[]) => resolveConfig("quickstart", settings).training!;
    const sgd = { name: "sgd", momentum: 0.5, weightDecay: 0 };
    expect(of("training.optimizer={name: sgd, momentum: 0.5}").optimizer).toEqual(sgd);
    expect(of("training.optimizer=sgd", "training.optimizer.momentum=0.5").optimizer).toEqual(sgd);
    expect(of("training.optimizer.beta1=0.8").optimizer).toMatchObject({ name: "adamw", beta1: 0.8, beta2: 0.99 });
    expect(of("training.schedule=wsd", "training.schedule.decay=0.5").schedule).toEqual({ name: "wsd", decay: 0.5 });
    expect(of("training.policy=a/policy.safetensors").policy).toEqual({
      name: "searched",
      file: "a/policy.safetensors",
    });
    const file = yaml("preset: quickstart\ntraining: {optimizer: {name: sgd, momentum: 0.5}, learningRate: 2}\n");
    expect(resolveConfig(file, ["training.optimizer.weightDecay=1"]).training).toMatchObject({
      optimizer: { ...sgd, weightDecay: 1 },
      learningRate: 2,
    });
  });

  test("a setting of another component, and one that is not where it was once, are named", () => {
    expect(refusal("quickstart", "training.optimizer.momentum=0.5")).toBe(
      "quickstart: training.optimizer.momentum is a key of sgd, which is not what is chosen",
    );
    expect(refusal("quickstart", "training.beta1=0.5")).toContain("the nearest is training.optimizer.beta1");
    expect(refusal("quickstart", "training.optimizer.name=adam")).toBe(
      'quickstart: training.optimizer.name: expected adamw or sgd, got "adam"',
    );
    expect(refusal("quickstart", "training.policy=lwa")).toMatch(
      /: training.policy: expected uniform, law, .* or a .safetensors file, got "lwa"$/,
    );
  });

  test("a misspelled key is looked for in its own section first", () => {
    expect(refusal("quickstart", "training.rate=1")).toContain("the nearest is training.learningRate");
    expect(refusal("quickstart", "training.learningrate=1")).toContain("the nearest is training.learningRate");
    expect(refusal("quickstart", "training.batchSize=1")).toContain("the nearest is training.batch");
  });
});

describe("a value out of range is named with what is expected and what was given", () => {
  const wholes: [key: string, least: number, most: number][] = [
    ["learning.steps", 1, 1e9],
    ["learning.warmup", 0, 1e9],
    ["search.epochs", 1, 1e9],
    ["search.keepEvery", 1, 1e9],
    ["data.examples", 1, 1e9],
    ["data.desiredExamples", 1, 1e9],
    ["data.vocabulary", 4, 1e6],
    ["data.length", 2, 65536],
    ["data.perturbations", 0, 1e9],
    ["model.layers", 1, 100],
    ["model.width", 1, 8192],
    ["model.heads", 1, 128],
    ["model.feedForward", 1, 65536],
    ["seed", 0, 2147483647],
  ];
  test.each(wholes)("%s: whole numbers from %i to %i", (key, least, most) => {
    const expected = (got: string) =>
      `quickstart: ${key}: expected a whole number from ${least} to ${most}, got ${got}`;
    for (const got of [least - 1, -7, 1.5, most + 1, 1e300]) {
      expect(refusal("quickstart", `${key}=${got}`)).toBe(expected(String(got)));
    }
    expect(refusal("quickstart", `${key}=many`)).toBe(expected('"many"'));
    expect(refusal("quickstart", `${key}=.inf`)).toBe(expected("Infinity"));
    expect(refusal("quickstart", `${key}=.nan`)).toBe(expected("NaN"));
    expect(refusal("quickstart", `${key}=null`)).toBe(expected("null"));
    expect(refusal("quickstart", `${key}=[1`)).toBe(expected('"[1"'));
    expect(refusal("quickstart", `${key}="3"`)).toBe(expected('"3"'));
  });

  test("a setting without a value, such as an unset shell variable, is refused", () => {
    expect(refusal("quickstart", "data.desired=")).toBe("--set data.desired= has no value; write null for none");
  });

  const positive = "a number above 0, at most 1000000000";
  const share = "a number from 0 to 1";
  const files = "a file, a glob or a list of them";
  test.each([
    ["quickstart", "learning.learningRate=0", positive, "0"],
    ["quickstart", "learning.learningRate=1e30", positive, "1e+30"],
    ["quickstart", "search.epsilon=-1", positive, "-1"],
    ["quickstart", "data.perturbed=1.01", share, "1.01"],
    ["quickstart", "data.perturbed=yes", share, '"yes"'],
    ["perceptron", "data.labelNoise=-0.1", share, "-0.1"],
    ["perceptron", "data.trainStd=0", positive, "0"],
    ["perceptron", "data.trainMean=1e10", "a number from -1000000000 to 1000000000", "10000000000"],
    ["perceptron", "model.dimension=0", "a whole number from 1 to 100000", "0"],
    ["quickstart", "data.train=5", files, "5"],
    ["quickstart", "data.train=null", files, "null"],
    ["quickstart", "data.train=[]", files, "[]"],
    ["quickstart", "data.train=[1]", files, "[1]"],
    ["quickstart", "data.desired={a: 1}", files, '{"a":1}'],
    ["quickstart", "data.test=5", files, "5"],
    ["quickstart", "data.column=5", "the name of a column, or null", "5"],
    ["quickstart", "data.tokenizer=null", "bpe, mistral or the path of a tokenizer.json", "null"],
    ["quickstart", "model.kind=mlp", "transformer or perceptron", '"mlp"'],
    ["quickstart", "model.width=33", "a multiple of model.heads (4)", "33"],
    ["quickstart", "learning=5", "a section with the keys steps, learningRate, warmup, schedule", "5"],
    ["quickstart", "seed={}", "a whole number from 0 to 2147483647", "{}"],
  ])("%s --set %s", (preset, setting, expected, got) => {
    const key = setting.slice(0, setting.indexOf("="));
    expect(refusal(preset, setting)).toBe(`${preset}: ${key}: expected ${expected}, got ${got}`);
  });

  test("a list with a bad entry names the entry", () => {
    expect(refusal("quickstart", 'data.train=[a.txt, ""]')).toBe(
      'quickstart: data.train.1: expected a file, a glob or a list of them, got ""',
    );
  });

  test("long values are cut short", () => {
    expect(refusal("quickstart", `seed=${"x".repeat(500)}`).length).toBeLessThan(200);
  });
});

describe("what a configuration lacks or has too much", () => {
  test.each([
    ["learning.rate=1", "learning.rate", "learning.learningRate"],
    ["data.vocabularly=1", "data.vocabularly", "data.vocabulary"],
    ["modle.width=3", "modle", "model"],
    ["steps=3", "steps", "learning.steps"],
  ])("--set %s: the nearest key is named", (setting, unknown, near) => {
    expect(refusal("quickstart", setting)).toBe(`quickstart: there is no key ${unknown}; the nearest is ${near}`);
  });

  test("a misspelled key in a file is named, not the one that is missing for it", () => {
    const path = yaml("model: {kind: perceptron, dimenson: 3}\ndata: {}\nlearning: {}\nsearch: {}\nseed: 1\n");
    expect(refusal(path)).toBe(`${path}: there is no key model.dimenson; the nearest is model.dimension`);
  });

  test("a missing section and a missing key", () => {
    const path = yaml("model: {kind: perceptron, dimension: 3}\nseed: 1\n");
    expect(refusal(path)).toMatch(/: data: expected a section with the keys examples, .*, got nothing$/);
    expect(refusal(yaml("seed: 1\n"))).toMatch(/: model.kind: expected transformer or perceptron, got nothing$/);
  });

  test("a setting without a key or a value", () => {
    for (const setting of ["learning.steps", "=3", "learning..steps=3", "__proto__.steps=3", ""])
      expect(refusal("quickstart", setting)).toContain("must have the form key=value, such as learning.steps=300");
    expect(Object.hasOwn(Object.prototype, "steps")).toBe(false);
  });

  test("a policy that no file could hold", () => {
    expect(refusal("perceptron", "learning.steps=1000000000")).toContain(
      "learning.steps x data.examples is 1000000000 x 4096",
    );
  });
});

describe("a source that is no configuration", () => {
  test("an unknown preset names the nearest", () => {
    expect(refusal("quikstart")).toBe("there is no preset or file called quikstart; the nearest preset is quickstart");
    expect(refusal("seed=3")).toBe("seed=3 is no preset or file; every setting needs a --set of its own before it");
  });

  test("files", () => {
    expect(refusal(yaml("a: [1\n"))).toMatch(/ is not valid YAML: [^\n]* at line 2, column 1$/);
    expect(refusal(yaml("- a\n"))).toContain("must be a YAML mapping of sections");
    expect(refusal(yaml(""))).toContain("must be a YAML mapping of sections");
    expect(refusal(yaml("preset: mine\n"))).toContain("preset must be one of quickstart, perceptron");
    expect(refusal(folder)).toBe(`cannot read ${folder}: it is a folder`);
    expect(refusal("/dev/zero")).toBe("cannot read /dev/zero: it is a device, not a regular file");
    expect(refusal(yaml("data: &a {train: *a}"))).toMatch(/is not valid YAML: an alias \(\*\) stands within/);
    expect(refusal(yaml("data: !mine {}"))).toMatch(/is not valid YAML: Unresolved tag: !mine at line 1, column 7$/);
  });
});

test("a corpus in the place of a configuration is to be given as data.train", () => {
  expect(() => resolveConfig("mine/corpus.jsonl.gz")).toThrow(
    "mine/corpus.jsonl.gz is a corpus and no configuration; give it as data.train: quickstart --set data.train=mine/corpus.jsonl.gz",
  );
});
