import { afterAll, expect, test } from "vitest";
import { AdamW } from "../descent/optimizers/adamw.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";
import { tinyTransformer } from "../testing/problems.js";
import { desiredDirection } from "./desired-direction.js";

const { model, desired, theta: start } = tinyTransformer();
const theta = Float64Array.from(start);
const engine = new Engine({ model }, { dtype: "float64", threads: 1 });
const passes = new Passes(engine, desired);
afterAll(() => engine.release());

const moments = { beta1: 0.9, beta2: 0.99, weightDecay: 0.1 };
const sgd = { optimizer: { name: "sgd", momentum: 0.9, weightDecay: 0 }, clip: null };
const adamw = { optimizer: { name: "adamw", ...moments }, clip: null };

async function gradient() {
  const result = new Float64Array(theta.length);
  await passes.meanLossGradient(theta, result);
  return result;
}

test("with SGD it is the gradient of the mean desired loss, clipped as in the training", async () => {
  const g = await gradient();
  const norm = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
  expect(await desiredDirection(passes, theta, sgd, { velocity: new Float64Array(theta.length) })).toEqual(g);
  const clipped = await desiredDirection(
    passes,
    theta,
    { ...sgd, clip: norm / 4 },
    { velocity: new Float64Array(theta.length) },
  );
  for (let i = 0; i < g.length; i++) expect(clipped[i]).toBeCloseTo(g[i] / 4, 12);
});

test("with AdamW it is divided by the root of the second moments, the gradient's own among them", async () => {
  const g = await gradient();
  const before = theta.slice();
  const optimizer = new AdamW(moments, { parameters: theta.length, dtype: "float64" });
  const met = Float64Array.from(theta, (_, i) => (i % 3 === 0 ? 0 : 0.01 * Math.sin(i)));
  optimizer.update(theta.slice(), met, 0.1);
  const direction = await desiredDirection(passes, theta, adamw, structuredClone(optimizer.state()));
  expect(theta).toEqual(before);
  for (let i = 0; i < g.length; i++) {
    const v = (0.99 * met[i] ** 2 + g[i] ** 2) / (1 + 0.99);
    expect(direction[i]).toBeCloseTo(g[i] / (Math.sqrt(v) + 1e-8), 8);
    // What the training never met is not divided by next to nothing.
    expect(Math.abs(direction[i])).toBeLessThan(10);
  }
});
