import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { runTraining } from "../runs/training/train-run.js";
import { atEqualLosses } from "./equal-loss.js";

const folder = mkdtempSync(join(tmpdir(), "equal-loss-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two perceptrons of the same seed: at a rate, and at another. */
async function compared(rate: number, other: number) {
  const settings = [
    ...[
      "model.dimension=16",
      "data.examples=512",
      "training.optimizer.name=sgd",
      "training.optimizer.momentum=0",
      "training.schedule=constant",
    ],
    ...["training.steps=80", "training.evaluateEvery=1", "training.warmup=0", "training.batch=512"],
  ];
  const trained = (name: string, learningRate: number) =>
    runTraining(
      resolveConfig("perceptron", [...settings, `training.learningRate=${learningRate}`]),
      join(folder, name),
      { threads: 1 },
    );
  const name = `${rate}-${other}`;
  const [first, second] = [await trained(`${name}-first`, rate), await trained(`${name}-second`, other)];
  const context = {
    ...{ config: resolveConfig("perceptron", settings), directory: folder, threads: 1 },
    runs: () => {
      throw new Error("both are given");
    },
  };
  return atEqualLosses(first, second, context, [-1, 0, 1]);
}

test("a training beside itself has the same interference at the same steps", async () => {
  const measured = await compared(0.02, 0.02);
  for (const name of ["Step", "Interference", "Magnitude", "StepInterference", "StepMagnitude"]) {
    expect(measured[`weighed${name}`]).toEqual(measured[`conventional${name}`]);
    expect(measured[`weighed${name}`]).toHaveLength(3);
  }
  expect(measured.conventionalStep).toEqual([10, 20, 30]);
});

test("at twice the rate a loss is there in half the steps, and a step moves tokens' losses twice as far", async () => {
  const { conventionalStep, weighedStep, conventionalStepMagnitude, weighedStepMagnitude } = await compared(0.01, 0.02);
  const ratios = (a: unknown, b: unknown) => (a as number[]).map((value, i) => value / (b as number[])[i]);
  for (const ratio of ratios(conventionalStep, weighedStep)) expect(Math.abs(ratio - 2)).toBeLessThan(0.3);
  for (const ratio of ratios(weighedStepMagnitude, conventionalStepMagnitude))
    expect(Math.abs(ratio - 2)).toBeLessThan(0.3);
});

test("where the other training does not come to a loss, nothing is compared", async () => {
  const measured = await compared(0.02, 0.001);
  expect(measured.weighedInterference).toEqual({ missing: "under the policy not every loss is reached" });
});
