import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command, sets } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

/** A training that is best early, with a checkpoint at every evaluation. */
const overfitting = ["training.steps=300", "training.evaluateEvery=10", "training.checkpointEvery=10"];

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

let words = "";
beforeAll(async () => {
  writeCorpus(at("corpus.txt"));
  const settings = [...tinyTransformerSettings("corpus.txt"), ...overfitting];
  words = (await command(folder, "train", "quickstart", ...sets(settings), "--threads", "1", "--out", "run")).stdout;
});

/** What was measured at every evaluation. */
const curve = (): { step: number; testLoss: number; validationLoss: number }[] =>
  readFileSync(at("run/curve.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const lowest = (loss: "testLoss" | "validationLoss") =>
  curve().reduce((low, point) => (point[loss] < low[loss] ? point : low));

test("a training whose test loss has risen since its lowest says so, where, and what helps", () => {
  const { step, testLoss } = lowest("testLoss");
  const last = curve().at(-1)!.testLoss;
  expect(step).toBeLessThan(300);
  const digits = (value: number) => String(Number(value.toPrecision(6)));
  expect(words).toContain(
    `\nThe test loss was lowest at step ${step}, ${digits(testLoss)} nats, and has risen to ${digits(last)} since: ` +
      "the training overfits, or its rate is too high. Fewer steps or more data.examples help; " +
      "--checkpoint best of generate and export takes the best model that run keeps.\n",
  );
});

describe("--checkpoint", () => {
  const choices: [string, () => number][] = [
    ["newest", () => 300],
    ["best", () => lowest("validationLoss").step],
    ["20", () => 20],
  ];

  test.each(choices)("%s of export is the one that it names", async (choice, step) => {
    const out = `model-${choice}`;
    const { stdout } = await command(folder, "export", "run", "--checkpoint", choice, "--out", out);
    expect(stdout).toContain(`${out}: the model after step ${step()}, vocabulary `);
    expect(JSON.parse(readFileSync(at(`${out}/config.json`), "utf8"))["learning-law"]).toEqual({ step: step() });
  });

  test.each(choices)("%s of generate is the one that it names", async (choice, step) => {
    const options = ["--checkpoint", choice, "--prompt", "the cat", "--tokens", "12", "--json"];
    const { stdout, stderr } = await command(folder, "generate", "run", ...options);
    expect(JSON.parse(stdout)).toMatchObject({ step: step(), prompt: "the cat" });
    expect(stderr).toBe(choice === "newest" ? "" : `the model after step ${step()}\n`);
  });

  test("that is not kept is refused with those that are", async () => {
    const { code, stderr } = await command(folder, "generate", "run", "--checkpoint", "7");
    expect(stderr).toContain("learning-law: run keeps no checkpoint of step 7; it keeps those of 10, 20, 30, ");
    expect(code).toBe(2);
  });

  test("best is another model than the newest", () => {
    expect(lowest("validationLoss").step).toBeLessThan(300);
    const model = (choice: string) => readFileSync(at(`model-${choice}/onnx/model.onnx`));
    expect(model("best").equals(model("newest"))).toBe(false);
  });
});
