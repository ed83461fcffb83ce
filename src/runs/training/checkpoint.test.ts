import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { readSafetensors, writeSafetensors } from "../../files/safetensors.js";
import { parameterCount } from "../../models/model.js";
import { tinyPerceptron, tinyTransformer } from "../../testing/problems.js";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import type { TrainingState } from "../../training/training.js";
import { loadCheckpoint, loadModel, loadWeightTotals, saveCheckpoint } from "./checkpoint.js";

const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const paths = { model: join(folder, "step.safetensors"), state: join(folder, "step.state.safetensors") };

const { model } = tinyTransformer();
const P = parameterCount(model);
const random = createRandom(1, "checkpoint");
const drawn = () => Float32Array.from({ length: P }, random.normal);
const config = tinyPerceptronConfig("training.steps=5");

const adamw: TrainingState = {
  ...{ step: 7, theta: drawn(), average: undefined },
  optimizer: { m: drawn(), v: drawn(), updates: Float64Array.of(7) },
  weighting: { "policy.weights": Float64Array.of(1, 0.5), "meter.a": drawn() },
  norms: { l1: Float64Array.from({ length: 7 }, random.normal), l2: Float64Array.from({ length: 7 }, random.normal) },
};
const averaged: TrainingState = {
  ...{ step: 9, theta: drawn(), average: drawn() },
  ...{ optimizer: { velocity: drawn() }, weighting: {} },
  // As an earlier version wrote it.
  norms: { l1: new Float64Array(), l2: new Float64Array() },
};

test.each([
  ["AdamW", adamw],
  ["an average and SGD", averaged],
])("a state with %s is read back as it was", (_, state) => {
  saveCheckpoint(paths, state, model, config);
  expect(loadCheckpoint(paths, state.step, model, state.average !== undefined)).toEqual(state);
});

test("the model's file holds what was evaluated, every parameter by name, and the configuration", () => {
  saveCheckpoint(paths, averaged, model, config);
  const { tensors, metadata } = readSafetensors(paths.model);
  expect(Object.keys(tensors).sort()).toEqual(model.parameters.map(({ name }) => name).sort());
  for (const { name, shape } of model.parameters) expect(tensors[name].shape).toEqual(shape);
  expect(tensors.embedding.data).toEqual(averaged.average!.subarray(0, tensors.embedding.data.length));
  expect(metadata.step).toBe("9");
  expect(JSON.parse(metadata.config)).toEqual(config);
  expect(loadModel(paths.model, model)).toEqual(averaged.average);
});

describe("refused is", () => {
  test("the checkpoint of another model, by the first parameter that differs", () => {
    saveCheckpoint(paths, adamw, model, config);
    expect(refusalOf(() => loadModel(paths.model, tinyTransformer({ vocabulary: 12 }).model))).toBe(
      `${paths.model} is a checkpoint of another model: embedding should be float32 of shape [12, 8], and there is shape [11, 8]`,
    );
    expect(refusalOf(() => loadModel(paths.model, tinyPerceptron().model))).toContain("and there is no such tensor");
  });

  test("the state of another training", () => {
    saveCheckpoint(paths, adamw, model, config);
    const message = `${paths.state} does not hold the state of a training of ${paths.model}`;
    expect(refusalOf(() => loadCheckpoint(paths, 7, model, true))).toBe(message);
    writeSafetensors(paths.state, { "optimizer.velocity": { data: new Float32Array(3), shape: [3] } });
    expect(refusalOf(() => loadCheckpoint(paths, 7, model, false))).toBe(message);
  });

  test("a state whose arrays are not what was written", () => {
    const damaged = `${paths.state} is damaged: it is not what learning-law wrote there`;
    saveCheckpoint(paths, adamw, model, config);
    writeSafetensors(paths.state, { "optimizer.updates": { data: BigInt64Array.of(7n), shape: [1] } });
    expect(refusalOf(() => loadCheckpoint(paths, 7, model, false))).toBe(damaged);

    const tally = (...names: string[]) => ({
      ...adamw,
      weighting: Object.fromEntries(names.map((name) => [`tally.${name}`, new Float64Array(3)])),
    });
    saveCheckpoint(paths, tally("total", "draws", "first", "last"), model, config);
    expect(Object.keys(loadWeightTotals(paths))).toEqual(expect.arrayContaining(["total", "draws", "first", "last"]));
    expect(loadWeightTotals(paths).belief).toBeUndefined();
    const believing = (belief: Float64Array): TrainingState => {
      const { weighting, ...state } = tally("total", "draws", "first", "last");
      return { ...state, weighting: { ...weighting, "policy.weights": belief } };
    };
    saveCheckpoint(paths, believing(Float64Array.of(1, 0.5, 0)), model, config);
    expect(loadWeightTotals(paths).belief).toEqual(Float64Array.of(1, 0.5, 0));
    saveCheckpoint(paths, believing(Float64Array.of(1, 0.5)), model, config);
    expect(refusalOf(() => loadWeightTotals(paths))).toBe(damaged);
    saveCheckpoint(paths, tally("total", "draws", "last"), model, config);
    expect(refusalOf(() => loadWeightTotals(paths))).toBe(damaged);
    saveCheckpoint(paths, adamw, model, config);
    expect(refusalOf(() => loadWeightTotals(paths))).toBe(`${paths.state} holds no weights of examples`);
  });
});
