import { expect, test } from "vitest";
import { parseConfig, type Tree } from "./config.js";
import { translateFormat1 } from "./format-1.js";
import { resolveConfig } from "./resolve-config.js";

/** A section `training` as the program of format 1 wrote it: the settings of all optimizers and schedules, side by side. */
const flat = (changes: Tree): Tree => ({
  ...{ optimizer: "adamw", learningRate: 0.003, batch: 64, accumulate: 1, schedule: "cosine", warmup: 50, decay: 0.2 },
  ...{ weightDecay: 0.1, beta1: 0.9, beta2: 0.99, momentum: 0.9, clip: 1, average: null, evaluateEvery: 20 },
  ...{ checkpointEvery: 100, steps: 1000, policy: "uniform", ...changes },
});
const { training: _, ...quickstart } = resolveConfig("quickstart", []) as unknown as Tree;
const translated = (training: Tree) =>
  parseConfig(translateFormat1({ ...quickstart, training }), "config.yaml").training;

test("a training of format 1 means what it meant", () => {
  const today = (...settings: string[]) => resolveConfig("quickstart", settings).training;
  expect(translated(flat({}))).toEqual(today("training.optimizer=adamw"));
  expect(translated(flat({ beta1: 0.5, weightDecay: 0 }))).toEqual(
    today("training.optimizer.beta1=0.5", "training.optimizer.weightDecay=0"),
  );
  const sgd = { optimizer: "sgd", learningRate: 0.1, weightDecay: 0, momentum: 0.3, schedule: "wsd", decay: 0.5 };
  expect(translated(flat({ ...sgd, policy: "law" }))).toEqual(
    today(
      ...["training.optimizer=sgd", "training.optimizer.momentum=0.3", "training.schedule=wsd"],
      ...["training.schedule.decay=0.5", "training.policy=law"],
    ),
  );
});

test("a configuration without a training is as it was", () => {
  expect(translateFormat1(quickstart)).toEqual(quickstart);
});
