import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { initialParameters } from "../../models/model.js";
import { tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { generateText } from "./generate-text.js";
import { runTraining } from "./train-run.js";
import { openTrainedModel, type TrainedModel } from "./trained-model.js";

const folder = mkdtempSync(join(tmpdir(), "generate-"));
afterAll(() => rmSync(folder, { recursive: true }));

let trained: TrainedModel;
beforeAll(async () => {
  const corpus = writeCorpus(join(folder, "corpus.txt"));
  const settings = ["training.steps=3", "training.batch=4"];
  const run = join(folder, "run");
  await runTraining(tinyTransformerConfig(corpus, ...settings), run, { threads: 1 });
  trained = openTrainedModel(run);
});

const settings = { tokens: 30, temperature: 1, seed: 1, threads: 1 };

/** The trained model with a head that makes a token likelier by `more` after anything: its hidden state is all 1. */
function preferring(more: Readonly<Record<number, number>>): TrainedModel {
  const { model } = trained;
  const theta = new Float32Array(trained.theta.length);
  let offset = 0;
  for (const { name, shape } of model.parameters) {
    const [rows, columns = 1] = shape;
    if (name === "norm.bias") theta.fill(1, offset, offset + rows);
    if (name === "head")
      for (const [id, logit] of Object.entries(more))
        theta.fill(logit / columns, offset + Number(id) * columns, offset + (Number(id) + 1) * columns);
    offset += rows * columns;
  }
  return { ...trained, theta };
}

test("the pieces are the text, which continues the prompt", async () => {
  const pieces: string[] = [];
  const onText = (piece: string) => pieces.push(piece);
  const { text, tokens } = await generateText(trained, { ...settings, prompt: "the cat", onText });
  expect(pieces.join("")).toBe(text);
  expect(pieces.length).toBeGreaterThan(5);
  expect(tokens).toBeLessThanOrEqual(30);
  // Longer than the 8 tokens that the model sees.
  expect(tokens).toBeGreaterThan(8);
});

test("a seed gives one text, another seed or prompt another", async () => {
  const texts: string[] = [];
  for (const change of [{}, {}, { seed: 2 }, { prompt: "the cat" }])
    texts.push((await generateText(trained, { ...settings, ...change })).text);
  expect(texts[1]).toBe(texts[0]);
  expect(new Set(texts).size).toBe(3);
});

describe("of a model that prefers certain tokens", () => {
  test("temperature 0 takes the likeliest, a low one nearly always", async () => {
    const [letter] = (await trained.tokenizer.encode(["c"]))[0];
    const model = preferring({ [letter]: 1 });
    for (const temperature of [0, 0.05])
      expect(await generateText(model, { ...settings, temperature })).toEqual({ text: "c".repeat(30), tokens: 30 });
    expect((await generateText(model, settings)).text).not.toBe("c".repeat(30));
  });

  test("the separator ends the text", async () => {
    const { separator } = trained.tokenizer;
    expect(await generateText(preferring({ [separator]: 50 }), settings)).toEqual({ text: "", tokens: 0 });
  });

  test("neither padding nor the unknown token is ever sampled", async () => {
    const { padding, unknown } = trained.tokenizer;
    const [letter] = (await trained.tokenizer.encode(["c"]))[0];
    const model = preferring({ [padding]: 50, [unknown]: 50, [letter]: 20 });
    for (const temperature of [0, 1])
      expect((await generateText(model, { ...settings, temperature })).text).toBe("c".repeat(30));
  });

  test("probabilities are those of the softmax", async () => {
    const [a, b] = (await trained.tokenizer.encode(["cs"]))[0];
    const { text } = await generateText(preferring({ [a]: 20, [b]: 20 + Math.log(3) }), { ...settings, tokens: 1000 });
    const share = text.split("s").length / 1000;
    // Four standard errors.
    expect(Math.abs(share - 3 / 4)).toBeLessThan(0.055);
  });
});

test("what the model sees are the separator and the prompt, or the last S tokens", async () => {
  // Random parameters: every token it sees moves the logits.
  const theta = initialParameters(trained.model, createRandom(3, "theta"));
  const model = { ...trained, theta };
  const greedy = { ...settings, temperature: 0, tokens: 12 };
  const { text } = await generateText(model, { ...greedy, prompt: "the cat sees the dog" });
  const later = await generateText(model, { ...greedy, prompt: "under moon big the cat sees the dog" });
  const { length } = (await trained.tokenizer.encode([" cat sees the dog"]))[0];
  expect(length).toBeGreaterThanOrEqual(trained.shape.length);
  expect(later.text).toBe(text);
});
