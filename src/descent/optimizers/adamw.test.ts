import { expect, test } from "vitest";
import type { Floats } from "../../base/floats.js";
import { createRandom } from "../../base/random.js";
import { AdamW } from "./adamw.js";

const P = 20;
const STEPS = 100;
const SETTINGS = { beta1: 0.9, beta2: 0.99, weightDecay: 0.1 };

/** Gradients of every size, sparse in some places: entry i is of size 10^(-6 .. 3), and every fifth is often 0. */
function gradients(): Float64Array[] {
  const random = createRandom(1, "gradients");
  return Array.from({ length: STEPS }, (_, t) =>
    Float64Array.from({ length: P }, (_, i) =>
      i % 5 === 0 && t % 7 !== 0 ? 0 : (0.3 + random.normal()) * 10 ** ((9 * i) / (P - 1) - 6),
    ),
  );
}

const rate = (t: number) => 0.01 * (1 + Math.sin(t));

/**
 * Algorithm 2 of arXiv:1711.05101, one parameter at a time and in sums over all gradients so far instead of running
 * ones: m_t = (1 - beta1) sum_s beta1^(t-s) g_s, and v_t likewise. The decay has the learning rate as a factor.
 */
function reference(start: number, ofParameter: readonly number[]): number[] {
  let theta = start;
  return ofParameter.map((_, last) => {
    let [first, second, weights1, weights2] = [0, 0, 0, 0];
    for (let s = 0; s <= last; s++) {
      const [w1, w2] = [0.9 ** (last - s), 0.99 ** (last - s)];
      first += w1 * ofParameter[s];
      second += w2 * ofParameter[s] ** 2;
      weights1 += w1;
      weights2 += w2;
    }
    theta = theta * (1 - rate(last) * 0.1) - (rate(last) * (first / weights1)) / (Math.sqrt(second / weights2) + 1e-8);
    return theta;
  });
}

const start = () => Float64Array.from({ length: P }, createRandom(2, "start").normal);

function learn(optimizer: AdamW, theta: Floats, from: number, to: number): void {
  const all = gradients();
  for (let t = from; t < to; t++) optimizer.update(theta, all[t], rate(t));
}

test.each([
  ["float64", 1e-12],
  ["float32", 1e-5],
] as const)("100 updates in %s are those of the paper's algorithm, to %d", (dtype, tolerance) => {
  const theta = dtype === "float64" ? start() : Float32Array.from(start());
  const references = Array.from(start(), (value, i) =>
    reference(
      value,
      gradients().map((gradient) => gradient[i]),
    ),
  );
  const optimizer = new AdamW(SETTINGS, { parameters: P, dtype });
  for (let t = 0; t < STEPS; t++) {
    learn(optimizer, theta, t, t + 1);
    for (let i = 0; i < P; i++)
      expect(Math.abs(theta[i] - references[i][t]), `step ${t}, entry ${i}`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(references[i][t])),
      );
  }
});

test("the first step moves every parameter by the learning rate against its gradient's sign, and decays it", () => {
  const theta = Float64Array.of(2, -3, 0.5);
  new AdamW(SETTINGS, { parameters: 3, dtype: "float64" }).update(theta, Float64Array.of(5, -1e-3, 0), 0.01);
  expect(theta[0]).toBeCloseTo(2 - 0.01 - 0.001 * 2, 9);
  expect(theta[1]).toBeCloseTo(-3 + 0.01 + 0.001 * 3, 6);
  expect(theta[2]).toBe(0.5 - 0.01 * (0.1 * 0.5));
});

test("under a constant gradient every step is the learning rate: bias correction undoes the zero start", () => {
  const theta = Float64Array.of(0);
  const optimizer = new AdamW({ beta1: 0.9, beta2: 0.999, weightDecay: 0 }, { parameters: 1, dtype: "float64" });
  for (let t = 1; t <= 50; t++) {
    optimizer.update(theta, Float64Array.of(-4), 0.125);
    expect(theta[0]).toBeCloseTo(0.125 * t, 7);
  }
});

test("two steps by hand: g = 1, then g = -1", () => {
  const theta = Float64Array.of(0);
  const optimizer = new AdamW({ beta1: 0.5, beta2: 0.5, weightDecay: 0 }, { parameters: 1, dtype: "float64" });
  optimizer.update(theta, Float64Array.of(1), 1);
  optimizer.update(theta, Float64Array.of(-1), 1);
  // m = 0.25 - 0.5, m-hat = -0.25 / 0.75; v-hat = 1.
  expect(theta[0]).toBeCloseTo(-1 + 1 / 3, 7);
});

test("a direction is divided by sqrt(v-hat) + epsilon of moments that have seen it, at first its own", () => {
  const optimizer = new AdamW(SETTINGS, { parameters: 2, dtype: "float64" });
  const direction = Float64Array.of(6, -1);
  const into = new Float64Array(2);
  optimizer.precondition(direction, into);
  expect(into[0]).toBeCloseTo(1, 7);
  expect(into[1]).toBeCloseTo(-1, 7);
  // The mean of both squares, weighted 0.99 and 1.
  optimizer.update(new Float64Array(2), Float64Array.of(3, 0), 0.1);
  optimizer.precondition(direction, into);
  expect(into[0]).toBeCloseTo(6 / Math.sqrt((0.99 * 9 + 36) / 1.99), 7);
  expect(into[1]).toBeCloseTo(-1 / Math.sqrt(1 / 1.99), 7);
  const next = Float64Array.of(1, 2);
  optimizer.precondition(direction, into, next);
  expect(into[0]).toBeCloseTo(6 / Math.sqrt((0.99 * 9 + 1) / 1.99), 7);
  expect(into[1]).toBeCloseTo(-1 / Math.sqrt(4 / 1.99), 7);
});

test("the preconditioned direction is that of the update, where the momentum is the gradient", () => {
  const optimizer = new AdamW({ beta1: 0, beta2: 0.99, weightDecay: 0 }, { parameters: P, dtype: "float64" });
  const theta = start();
  const gradient = gradients()[0];
  const along = new Float64Array(P);
  for (const earlier of gradients().slice(1)) optimizer.update(theta, earlier, 0.01);
  const before = theta.slice();
  optimizer.precondition(gradient, along);
  optimizer.update(theta, gradient, 0.5);
  for (let i = 0; i < P; i++) expect(theta[i]).toBeCloseTo(before[i] - 0.5 * along[i], 10);
});

test.each(["float32", "float64"] as const)("restored in %s it goes on with the same bits", (dtype) => {
  const theta = dtype === "float64" ? start() : Float32Array.from(start());
  const whole = theta.slice();
  learn(new AdamW(SETTINGS, { parameters: P, dtype }), whole, 0, STEPS);

  const first = new AdamW(SETTINGS, { parameters: P, dtype });
  learn(first, theta, 0, 37);
  const saved = structuredClone(first.state());
  learn(first, theta.slice(), 37, 40);
  const second = new AdamW(SETTINGS, { parameters: P, dtype });
  second.restore(saved);
  learn(second, theta, 37, STEPS);
  expect(theta).toEqual(whole);
});
