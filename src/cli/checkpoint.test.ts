import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sets } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";
import type { AnyCommand } from "./command.js";
import { exportModel } from "./export.js";
import { generate } from "./generate.js";
import { createCommand, type Streams } from "./run-command.js";
import { train } from "./train.js";

/** A training that is best early, with a checkpoint at every evaluation. */
const overfitting = ["training.steps=300", "training.evaluateEvery=10", "training.checkpointEvery=10"];

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
const run = join(folder, "run");
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command prints, in this process: standard output, and beside it. */
async function printed(command: AnyCommand, ...words: string[]): Promise<{ out: string; beside: string }> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  await createCommand(command, streams as unknown as Streams)
    .exitOverride()
    .parseAsync(words, { from: "user" });
  const beside = error.mock.calls.flat().join("\n");
  error.mockRestore();
  return { out: String(streams.stdout.read()), beside };
}

let words = "";
beforeAll(async () => {
  const settings = [...tinyTransformerSettings(writeCorpus(join(folder, "corpus.txt"))), ...overfitting];
  words = (await printed(train, "quickstart", ...sets(settings), "--threads", "1", "--out", run)).out;
});

/** What was measured at every evaluation. */
const curve = (): { step: number; testLoss: number; validationLoss: number }[] =>
  readFileSync(join(run, "curve.jsonl"), "utf8")
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
      `--checkpoint best of generate and export takes the best model that ${run} keeps.\n`,
  );
});

describe("--checkpoint", () => {
  const choices: [string, () => number][] = [
    ["newest", () => 300],
    ["best", () => lowest("validationLoss").step],
    ["20", () => 20],
  ];

  test.each(choices)("%s of export is the one that it names", async (choice, step) => {
    const out = join(folder, `model-${choice}`);
    const said = (await printed(exportModel, run, "--checkpoint", choice, "--out", out)).out;
    expect(said).toContain(`: the model after step ${step()}, vocabulary `);
    expect(JSON.parse(readFileSync(join(out, "config.json"), "utf8"))["learning-law"]).toEqual({ step: step() });
  });

  test.each(choices)("%s of generate is the one that it names", async (choice, step) => {
    const options = ["--checkpoint", choice, "--prompt", "the cat", "--tokens", "12"];
    const { out, beside } = await printed(generate, run, ...options, "--json");
    expect(JSON.parse(out)).toMatchObject({ step: step(), prompt: "the cat" });
    expect(beside).toBe(choice === "newest" ? "" : `the model after step ${step()}`);
  });

  test("that is not kept is refused with those that are", async () => {
    await expect(printed(generate, run, "--checkpoint", "7")).rejects.toThrow(
      `${run} keeps no checkpoint of step 7; it keeps those of 10, 20, 30, `,
    );
  });

  test("best is another model than the newest", () => {
    expect(lowest("validationLoss").step).toBeLessThan(300);
    const model = (choice: string) => readFileSync(join(folder, `model-${choice}`, "onnx", "model.onnx"));
    expect(model("best").equals(model("newest"))).toBe(false);
  });
});
