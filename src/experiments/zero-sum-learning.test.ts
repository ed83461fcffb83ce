import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { runTraining } from "../runs/training/train-run.js";
import { aroundDeceleration } from "./zero-sum-learning.js";

const folder = mkdtempSync(join(tmpdir(), "zero-sum-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is found about a perceptron that is trained for so many steps. */
async function found(steps: number) {
  const config = resolveConfig("perceptron", [
    ...["model.dimension=16", "data.examples=2048", "training.optimizer=adamw", "training.schedule=constant"],
    ...[`training.steps=${steps}`, "training.evaluateEvery=2", "training.warmup=0", "training.learningRate=0.02"],
  ]);
  const directory = join(folder, String(steps));
  await runTraining(config, directory, { threads: 1 });
  const runs = () => {
    throw new Error("no plan came before");
  };
  return aroundDeceleration(directory, { config, directory, runs, threads: 1 }, 2);
}

test("interference is measured before the deceleration, at it and after it", async () => {
  const { td, interference, opposition, ...others } = await found(200);
  expect(td).toBeGreaterThan(40);
  expect(td).toBeLessThan(70);
  expect(interference).toHaveLength(3);
  // Toward the noise of the labels, what some examples gain others lose.
  const [before, , after] = interference as number[];
  expect(after).toBeGreaterThan(before);
  expect(opposition).toHaveLength(3);
  expect(Object.keys(others).sort()).toEqual(
    ["Ld", "rd", "unseenInterference", "magnitude", "alongTokens", "ofTokenSums"].sort(),
  );
});

test("of a curve without a break there is none of it, and why", async () => {
  const { td, interference } = await found(20);
  const why = { missing: "the loss curve has no deceleration: 9 points; a break needs 20" };
  expect([td, interference]).toEqual([why, why]);
});
