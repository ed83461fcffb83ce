import { afterEach, describe, expect, test } from "vitest";
import type { Floats, FloatType } from "../base/floats.js";
import { createRandom } from "../base/random.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";
import { tinyTransformer } from "../testing/problems.js";
import { refusal } from "../testing/refusal.js";
import { ContributionScorer } from "./contribution-scorer.js";
import { WindowLosses } from "./window-losses.js";

const N = 11;
const { model, train, theta: start } = tinyTransformer({ train: N });

const released: Engine[] = [];
afterEach(async () => {
  for (const engine of released.splice(0)) await engine.release();
});

function setUp(dtype: FloatType) {
  const engine = new Engine({ model }, { dtype, threads: 1 });
  released.push(engine);
  const floats = (values: ArrayLike<number>): Floats =>
    dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values);
  const random = createRandom(4, "direction");
  const checkpoint = (seed: number) => ({
    theta: floats(start.map((value, i) => value + 0.1 * Math.sin(seed * i))),
    direction: floats(Array.from({ length: start.length }, random.normal)),
  });
  // Batches of 4 and 1: the windows are cut into both.
  return { checkpoint, losses: new WindowLosses(engine, 4), passes: new Passes(engine, train) };
}

/** The windows without their padding. */
const windows = Array.from({ length: N }, (_, n) => {
  const { data, rowShape } = train.fields.tokens;
  return Array.from(data.subarray(n * rowShape[0], (n + 1) * rowShape[0]), Number).filter((id) => id !== 0);
});

/** < d, grad l_n > for every example, from its gradient. */
async function byGradients(passes: Passes, { theta, direction }: { theta: Floats; direction: Floats }) {
  const result: number[] = [];
  for (let n = 0; n < N; n++) {
    const gradient = theta.slice() as Floats;
    await passes.rowsGradient(theta, Int32Array.of(n), Float64Array.of(1), gradient);
    result.push(Array.from(gradient).reduce((sum, value, i) => sum + value * direction[i], 0));
  }
  return result;
}

const rms = (values: readonly number[]) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
const meanAbsolute = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;

test.each([
  ["float64", 1e-6],
  ["float32", 1e-2],
] as const)(
  "scores in %s are those of per-example gradients, to %d of their root mean square",
  async (dtype, error) => {
    const { checkpoint, losses, passes } = setUp(dtype);
    const at = checkpoint(1);
    const scorer = await ContributionScorer.create(losses, [at], passes, windows);
    const exact = await byGradients(passes, at);
    const scores = [...(await scorer.score(windows))];
    const scale = meanAbsolute(exact);
    const found = rms(scores.map((score, n) => score * scale - exact[n])) / rms(exact);
    expect(found).toBeLessThan(error);
    const [difference] = scorer.differences;
    expect(difference.error).toBeLessThan(error);
    expect(difference.scale / scale).toBeCloseTo(1, 5);
  },
);

test("over several checkpoints a score is the mean of those at each, every one in its own unit", async () => {
  const { checkpoint, losses, passes } = setUp("float64");
  const both = [checkpoint(1), checkpoint(2)];
  // A unit of its own: what is a thousand times longer counts no more.
  both[1].direction = both[1].direction.map((value) => 1000 * value) as Floats;
  const scorer = await ContributionScorer.create(losses, both, passes, windows);
  const [one, other] = [await byGradients(passes, both[0]), await byGradients(passes, both[1])];
  const scores = await scorer.score(windows);
  for (let n = 0; n < N; n++)
    expect(scores[n]).toBeCloseTo((one[n] / meanAbsolute(one) + other[n] / meanAbsolute(other)) / 2, 5);
});

test("a window's score does not depend on the windows beside it", async () => {
  const { checkpoint, losses, passes } = setUp("float64");
  const scorer = await ContributionScorer.create(losses, [checkpoint(1)], passes, windows);
  const all = await scorer.score(windows);
  const progress: number[] = [];
  for (let n = 0; n < N; n++) {
    const [alone] = await scorer.score([windows[n]], (done) => progress.push(done));
    expect(alone).toBeCloseTo(all[n], 8);
  }
  expect(progress).toEqual(Array(N).fill(1));
  expect(await scorer.score([])).toEqual(new Float64Array(0));
});

describe("refused is", () => {
  test.each([Number.NaN, 0])("a direction of %d", async (value) => {
    const { checkpoint, losses, passes } = setUp("float32");
    const at = checkpoint(1);
    at.direction.fill(value);
    expect(await refusal(ContributionScorer.create(losses, [at], passes, windows))).toContain(
      "not finite, or all are 0",
    );
  });
});
