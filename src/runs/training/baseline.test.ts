import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerations as beside, type CostAt } from "../../measures/cost-to-reach.js";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import type { RunConfig } from "../log/run.js";
import { createRun } from "../log/run-directory.js";
import { compareWithBaseline, readBaselineCosts, readBaselineCurve, refuseOtherTest } from "./baseline.js";
import { runTraining } from "./train-run.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "baseline-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

const config = tinyPerceptronConfig("training.optimizer=adamw", "training.steps=6", "training.evaluateEvery=2");

describe("the costs of a baseline", () => {
  test("are those of a finished training, by its directory or by what it printed", async () => {
    const { costs } = await runTraining(config, join(folder, "run"), { threads: 1 });
    expect(costs.map(({ step }) => step)).toEqual([0, 2, 4, 6]);
    expect(readBaselineCosts(join(folder, "run"))).toEqual(costs);
    expect(readBaselineCosts(written("printed.json", { run: "run", costs }))).toEqual(costs);
  });

  test("of a training that is not finished are refused", () => {
    const path = join(folder, "begun");
    createRun(path, config as unknown as RunConfig, "training");
    expect(refusalOf(() => readBaselineCosts(path))).toBe(
      `the baseline ${path} is at step 0 of 6; finish it with train --resume`,
    );
  });

  const cost = { step: 0, tokens: 0, work: 0, seconds: 0, testLoss: 1 };
  test.each([{}, null, 3, { costs: [] }, { costs: [{ ...cost, seconds: null }] }, { costs: [{ ...cost, work: "1" }] }])(
    "are refused where there are none: %j",
    (value) => {
      const path = written("wrong.json", value);
      expect(refusalOf(() => readBaselineCosts(path))).toBe(
        `the baseline ${path} must be the directory of a training, or what its train --json printed`,
      );
    },
  );
});

describe("the curve of a baseline", () => {
  test("is a list of losses, as many as there are steps", () => {
    const path = written("curve.json", { testCurve: [3, 2.5, 1], more: "more" });
    expect(readBaselineCurve(path, 3)).toEqual(Float64Array.of(3, 2.5, 1));
    expect(refusalOf(() => readBaselineCurve(path, 4))).toBe(
      `the baseline ${path} has 3 steps, and learning.steps is 4`,
    );
  });

  test.each([{}, null, "text", { testCurve: 3 }, { testCurve: [1, null] }, { testCurve: ["1"] }])(
    "is refused where there is none: %j",
    (value) => {
      const path = written("wrong.json", value);
      expect(refusalOf(() => readBaselineCurve(path, 1))).toBe(
        `the baseline ${path} must hold a testCurve, a list of losses`,
      );
    },
  );
});

test("a file that cannot be read, or is no JSON, is refused with why", () => {
  const none = join(folder, "none.json");
  const text = join(folder, "text.json");
  writeFileSync(text, "loss 3");
  for (const read of [readBaselineCosts, (path: string) => readBaselineCurve(path, 1)]) {
    expect(refusalOf(() => read(none))).toBe(`cannot read the baseline ${none}: there is no such file or folder`);
    expect(refusalOf(() => read(text))).toMatch(`the baseline ${text} is not valid JSON: `);
  }
});

test("a baseline of other outcomes, length or test text is refused by what differs", () => {
  const now = { outcomes: 512, length: 64, testSha256: "a" };
  const refusal = (changed: object) => {
    const path = written("measured.json", { testCurve: [1], measuredOn: { ...now, ...changed } });
    return refusalOf(() => refuseOtherTest(path, now)).replace(path, "B");
  };
  const advice = "; give one with the same test text, length and vocabulary";
  const begins = "the baseline B does not compare: ";
  expect(refusal({ outcomes: 400 })).toBe(`${begins}it predicts 400 outcomes, and this learning 512${advice}`);
  expect(refusal({ length: 32 })).toBe(`${begins}its examples have 32 tokens, and these 64${advice}`);
  expect(refusal({ testSha256: "b" })).toBe(`${begins}it was measured on other test examples${advice}`);
  refuseOtherTest(written("same.json", { measuredOn: now }), now);
  refuseOtherTest(written("earlier.json", { testCurve: [1] }), now);
});

describe("a training beside its baseline", () => {
  /** Costs at steps 0, 1, ..: tokens and work are proportional to the steps. */
  const costs = (losses: readonly number[], work: number): CostAt[] =>
    losses.map((testLoss, step) => ({ step, tokens: 8 * step, work: work * step, seconds: step / 4, testLoss }));
  const losses = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 2, maxLength: 20 });

  test("reaches its final loss sooner by a factor in each unit", () => {
    const baseline = costs([4, 3, 2, 1], 8);
    // It is there after one step and a half.
    expect(compareWithBaseline(costs([4, 2, 0], 12), baseline)).toEqual({
      accelerations: { steps: 2, tokens: 2, work: 4 / 3, seconds: 2 },
      nothingToReach: false,
    });
    expect(compareWithBaseline(costs([4, 3, 2], 12), baseline)).toEqual({ accelerations: null, nothingToReach: false });
  });

  test("has no acceleration where there is nothing to reach, or where it never got there", () => {
    fc.assert(
      fc.property(losses, losses, (own, others) => {
        const { accelerations, nothingToReach } = compareWithBaseline(costs(own, 8), costs(others, 8));
        const last = others[others.length - 1];
        const falls = beside(costs(others, 8), costs(others, 8)) !== undefined;
        expect(nothingToReach).toBe(own[0] <= last || !falls);
        if (nothingToReach || own.every((loss) => loss > last)) expect(accelerations).toBeNull();
        else expect(accelerations!.steps).toBeGreaterThan(0);
      }),
    );
  });
});
