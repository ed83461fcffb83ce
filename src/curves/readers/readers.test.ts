import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { refusalOf } from "../../testing/refusal.js";
import { crc32, crc32c } from "./cyclic-checks.js";
import { type CurveChoice, lossCurve } from "./loss-curve.js";
import { readLogs } from "./registry.js";
import { sizedRuns } from "./sized-runs.js";

const fixture = (name: string) => readFileSync(join(packageRoot, "src/curves/readers/fixtures", name));
const bytesOf = (text: string) => new TextEncoder().encode(text);
const curvesOf = (path: string, text: string | Uint8Array, choice?: CurveChoice) =>
  readLogs({ path, bytes: typeof text === "string" ? bytesOf(text) : text }).map((log) => lossCurve(log, choice));
const refused = (path: string, text: string | Uint8Array, choice?: CurveChoice) =>
  refusalOf(() => curvesOf(path, text, choice));

describe("files of real tools", () => {
  // What make-fixtures.py logged.
  const steps = Array.from({ length: 20 }, (_, i) => 10 * (i + 1));
  const losses = steps.map((step) => 4 + 6 * step ** -0.5);

  test.each(["tfevents.value", "tfevents.tensor", "tfevents.torch"])("TensorBoard: %s", (name) => {
    const [{ points, rates }] = curvesOf(name, fixture(name));
    expect(points.map(({ step }) => step)).toEqual(steps);
    for (const [i, { loss }] of points.entries()) expect(loss).toBeCloseTo(losses[i], 6);
    for (const { step, rate } of rates) expect(rate).toBeCloseTo(0.003 * (1 - step / 200), 8);
    expect(rates.length).toBe(name === "tfevents.torch" ? 0 : 20);
  });

  test("an offline run of Weights & Biases, with a record longer than a block", () => {
    const [log] = readLogs({ path: "run.wandb", bytes: fixture("offline.wandb") });
    expect(log.name).toBe("run.wandb: small");
    expect(log.records[9].values.get("note")).toHaveLength(40_000);
    expect(log.records[10].values.get("norms/gradient")).toBe("NaN");
    const { points, rates } = lossCurve(log);
    expect(points).toEqual(steps.map((step, i) => ({ step, loss: losses[i] })));
    for (const { step, rate } of rates) expect(rate).toBeCloseTo(0.003 * (1 - step / 200), 12);
    expect(rates).toHaveLength(20);
  });

  test("what a plot of trackio exports has a curve for every run", () => {
    const curves = curvesOf("trackio.csv", fixture("trackio.csv"));
    expect(curves.map(({ name }) => name)).toEqual(["trackio.csv: small", "trackio.csv: large"]);
    expect(curves[0].points).toEqual(steps.map((step, i) => ({ step, loss: losses[i] })));
    expect(curves[1].points[0].loss).toBe(4 + 5 * 10 ** -0.5);
    expect(curves[1].rates.length).toBe(20);
  });

  test("trainer_state.json has losses of training and of evaluation apart", () => {
    const text = fixture("trainer_state.json");
    const history: Record<string, number>[] = JSON.parse(text.toString()).log_history;
    const [trained] = curvesOf("trainer_state.json", text);
    const train = history.filter((entry) => "loss" in entry);
    expect(trained.points).toEqual(train.map(({ step, loss }) => ({ step, loss })));
    expect(trained.rates).toEqual(train.map(({ step, learning_rate: rate }) => ({ step, rate })));
    const [evaluated] = curvesOf("trainer_state.json", text, { loss: "eval_loss" });
    expect(evaluated.points.map(({ step }) => step)).toEqual([20, 40, 60]);
  });
});

describe("tables", () => {
  test("have columns by their usual names, delimiters and quotes", () => {
    const [{ points, rates }] = curvesOf("a.csv", '"_step";train/loss;learning_rate\n1;4.5;0.1\n2;4;0.05\n3;;0\n');
    expect(points).toEqual([
      { step: 1, loss: 4.5 },
      { step: 2, loss: 4 },
    ]);
    expect(rates.map(({ rate }) => rate)).toEqual([0.1, 0.05, 0]);
  });

  test("have columns that are named", () => {
    const text = "n\tce\tval_loss\n1\t4.5\t5\n2\t4\t4.9\n";
    const [{ points }] = curvesOf("a.tsv", text, { step: "n", loss: "ce" });
    expect(points.map(({ loss }) => loss)).toEqual([4.5, 4]);
    expect(refused("a.tsv", text, { step: "N" })).toBe("a.tsv has no column N; it has n, ce, val_loss");
  });

  test("of Weights & Biases have a curve for every run, without the bounds", () => {
    const header = [
      "Step",
      ...["a - b - train/loss", "c - train/loss"].flatMap((name) => [name, `${name}__MIN`, `${name}__MAX`]),
    ];
    const text = `${header.map((name) => `"${name}"`).join(",")}\n"1","5","4","6","","",""\n"2","","","","7","6","8"\n"3","4.5","4","5","6.5","6","7"\n`;
    const curves = curvesOf("export.csv", text);
    expect(curves.map(({ name }) => name)).toEqual(["export.csv: a - b", "export.csv: c"]);
    expect(curves[0].points).toEqual([
      { step: 1, loss: 5 },
      { step: 3, loss: 4.5 },
    ]);
    expect(curves[1].points.map(({ loss }) => loss)).toEqual([7, 6.5]);
  });

  test("of Weights & Biases may have a hyphen in what was logged", () => {
    const text = '"Step","run-1 - train-loss","run-1 - train-loss__MIN","run-1 - train-loss__MAX"\n"1","5","4","6"\n';
    expect(curvesOf("export.csv", text)[0].points).toEqual([{ step: 1, loss: 5 }]);
  });

  test("of runs have sizes, tokens and losses", () => {
    const [log] = readLogs({ path: "runs.csv", bytes: bytesOf("params,tokens,loss\n1e6,2e7,4\n2e6,,3.9\n") });
    expect(refusalOf(() => sizedRuns(log, {}))).toBe(
      "runs.csv line 3 has nothing as tokens; it must be a number above 0",
    );
  });
});

test("JSON lines may lie deep, and hold what Python writes", () => {
  const lines = '{"step": 1, "train": {"loss": 4.5}}\n\n{"step": 2, "train": {"loss": 4}, "grad": NaN}\n';
  const [{ points }] = curvesOf("a.jsonl", lines);
  expect(points.map(({ loss }) => loss)).toEqual([4.5, 4]);
});

describe("what is broken is refused in one sentence", () => {
  test.each<[string, string, string, RegExp]>([
    ["empty", "a.csv", "", /^a\.csv is empty; give a training log$/],
    ["a header alone", "a.csv", "step,loss\n", /^a\.csv has no records/],
    [
      "a loss that is not finite",
      "a.csv",
      "step,loss\n1,4\n2,nan\n",
      /^a\.csv line 3 has nan as loss; it must be a finite number/,
    ],
    ["a loss of 0", "a.csv", "step,loss\n1,0\n", /^a\.csv line 2 has 0 as loss; a loss must be above 0$/],
    ["steps out of order", "a.csv", "step,loss\n2,4\n1,5\n", /^a\.csv line 3 has step 1 after step 2; --sort puts/],
    ["a step again", "a.csv", "step,loss\n1,4\n1,5\n", /^a\.csv line 3 has step 1 again; --sort puts/],
    [
      "no loss",
      "a.csv",
      "step,speed\n1,4\n",
      /no column that is known to hold the loss; name it with --loss, one of step, speed$/,
    ],
    [
      "a line cut short",
      "a.csv",
      "step,loss\n1,4\n2\n",
      /^a\.csv line 3 has 1 values where the header names 2 columns/,
    ],
    ["a column twice", "a.csv", "step,loss,loss\n1,4,5\n", /^a\.csv has two columns loss/],
    ["no JSON", "a.jsonl", '{"step": 1, "loss": 4}\n{"step": 2, "lo', /^a\.jsonl line 2 is no JSON object/],
    ["JSON cut short", "trainer_state.json", '{"log_history": [', /was cut short/],
    ["another JSON", "a.json", "{}", /has no log_history/],
    ["another format", "a.png", "x", /^a\.png is of no known format/],
  ])("%s", (_, path, text, message) => {
    expect(refused(path, text)).toMatch(message);
  });

  test("an event file that was cut, damaged, or is none", () => {
    const whole = fixture("tfevents.value");
    expect(refused("tfevents", whole.subarray(0, -5))).toMatch(/^tfevents ends within event \d+: it was cut short/);
    const flipped = Uint8Array.from(whole);
    flipped[flipped.length - 10] ^= 1;
    expect(refused("tfevents", flipped)).toMatch(/the check of event \d+ does not hold/);
    expect(refused("tfevents", bytesOf("no events are in this file"))).toMatch(/^tfevents is damaged at event 1/);
  });
});

test("an offline run of Weights & Biases that was cut, damaged, or is none is refused", () => {
  const whole = fixture("offline.wandb");
  const cut = /^run\.wandb ends within record \d+: it was cut short, or is still being written; copy it again$/;
  for (const end of [-1, -40, 34_000]) expect(refused("run.wandb", whole.subarray(0, end))).toMatch(cut);
  for (const place of [12, 1000, 33_000, whole.length - 10]) {
    const flipped = Uint8Array.from(whole);
    flipped[place] ^= 1;
    expect(refused("run.wandb", flipped)).toMatch(/^run\.wandb is damaged: the check of record \d+ does not hold/);
  }
  expect(refused("run.wandb", bytesOf("no run"))).toMatch(/^run\.wandb does not begin as an offline run/);
  expect(refused("run.wandb", whole.subarray(0, 7))).toBe("run.wandb has no history; log some, or give another run");
});

test("--sort takes the last record of a step", () => {
  const [{ points }] = curvesOf("a.csv", "step,loss\n1,5\n3,4\n2,4.5\n3,3.9\n", { sort: true });
  expect(points).toEqual([
    { step: 1, loss: 5 },
    { step: 2, loss: 4.5 },
    { step: 3, loss: 3.9 },
  ]);
});

test("CRC-32 and CRC-32C have their published check values", () => {
  expect(crc32(bytesOf("123456789"))).toBe(0xcbf43926);
  expect(crc32c(bytesOf("123456789"))).toBe(0xe3069283);
});
