import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusal } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import { openRun } from "../log/run-directory.js";
import { buildProblem } from "../problem/build-problem.js";
import { readBaseline } from "../search/epoch-metrics.js";
import { runSearch, type SearchSummary } from "../search/search-run.js";
import { type LearnOnceOptions, learnOnce } from "./learn-once.js";

let folder = "";
let conventional = new Float64Array();
let searched: SearchSummary;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "learn-once-"));
  searched = await runSearch(tinyPerceptronConfig(), join(folder, "run"), { threads: 1 });
  conventional = Float64Array.from(readBaseline(openRun(join(folder, "run"))));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Learns in the perceptron of these settings. */
async function learn(options: LearnOnceOptions, ...changes: string[]) {
  const { problem } = await buildProblem(tinyPerceptronConfig(...changes));
  return learnOnce(problem, { threads: 1, ...options });
}

test("conventional learning is that of a search's epoch 0, which it is as fast as", async () => {
  const steps: number[] = [];
  const losses: number[] = [];
  const learned = await learn({
    baseline: conventional,
    onStep: (step, loss) => {
      steps.push(step);
      losses.push(loss);
    },
  });
  const { testArea, compressionRatio, finalTestLoss } = searched.baseline;
  expect(learned).toEqual({
    testArea,
    compressionRatio,
    finalTestLoss,
    acceleration: 1,
    baselineFalls: true,
    testCurve: conventional,
    measuredOn: expect.anything(),
  });
  expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(losses).toEqual([...conventional]);
  expect(await learn({})).not.toHaveProperty("acceleration");
});

test("under a searched policy it is as fast as the search said", async () => {
  const { policy, testArea, acceleration } = searched.best;
  expect(acceleration).toBeGreaterThan(1);
  expect(await learn({ policy, baseline: conventional })).toMatchObject({ testArea, acceleration });
});

test("a final loss that is never reached has no acceleration", async () => {
  expect((await learn({ baseline: conventional.map((loss) => loss / 2) })).acceleration).toBeNull();
});

test("a policy of other examples is refused", async () => {
  const { policy } = searched.best;
  expect(await refusal(learn({ policy }, "data.examples=17"))).toBe(
    `the policy in ${policy} has shape [20, 16]; [20, 17] (steps, examples) is expected`,
  );
});

test("it ends at the next step when it is aborted", async () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const onStep = (step: number) => {
    seen.push(step);
    if (step === 3) controller.abort(new Error("enough"));
  };
  await expect(learn({ signal: controller.signal, onStep })).rejects.toThrow("enough");
  expect(seen).toEqual([1, 2, 3]);
});
