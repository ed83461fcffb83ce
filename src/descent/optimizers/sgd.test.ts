import { expect, test } from "vitest";
import { createRandom } from "../../base/random.js";
import { Sgd } from "./sgd.js";

test("steps by hand, as torch.optim.SGD takes them: b = g, then b = mu b + g + lambda theta", () => {
  const optimizer = new Sgd({ momentum: 0.9, weightDecay: 0.1 }, { parameters: 2, dtype: "float64" });
  const theta = Float64Array.of(1, -2);
  optimizer.update(theta, Float64Array.of(0.5, 1), 0.1);
  expect(theta[0]).toBeCloseTo(1 - 0.1 * (0.5 + 0.1), 14);
  expect(theta[1]).toBeCloseTo(-2 - 0.1 * (1 - 0.2), 14);
  optimizer.update(theta, Float64Array.of(-1, 0), 0.2);
  expect(theta[0]).toBeCloseTo(0.94 - 0.2 * (0.9 * 0.6 - 1 + 0.094), 14);
  expect(theta[1]).toBeCloseTo(-2.08 - 0.2 * (0.9 * 0.8 - 0.208), 14);
});

test("without momentum and decay it is gradient descent, to the last bit", () => {
  const optimizer = new Sgd({ momentum: 0, weightDecay: 0 }, { parameters: 1, dtype: "float32" });
  const theta = Float32Array.of(0.3);
  let expected = theta[0];
  for (let t = 0; t < 10; t++) {
    const gradient = Float32Array.of(Math.sin(t));
    expected = Math.fround(expected - 0.1 * gradient[0]);
    optimizer.update(theta, gradient, 0.1);
    expect(theta[0]).toBe(expected);
  }
});

test("under a constant gradient the velocity tends to g / (1 - mu)", () => {
  const optimizer = new Sgd({ momentum: 0.8, weightDecay: 0 }, { parameters: 1, dtype: "float64" });
  const theta = Float64Array.of(0);
  for (let t = 0; t < 200; t++) optimizer.update(theta, Float64Array.of(3), 0.1);
  expect(optimizer.state().velocity[0]).toBeCloseTo(15, 10);
});

test("a direction is its own preconditioned one", () => {
  const optimizer = new Sgd({ momentum: 0.9, weightDecay: 0.1 }, { parameters: 2, dtype: "float64" });
  optimizer.update(new Float64Array(2), Float64Array.of(3, 4), 0.1);
  const into = new Float64Array(2);
  optimizer.precondition(Float64Array.of(1, -2), into);
  expect(into).toEqual(Float64Array.of(1, -2));
});

test("restored it goes on with the same bits", () => {
  const random = createRandom(1, "gradients");
  const gradients = Array.from({ length: 20 }, () => Float32Array.from({ length: 5 }, random.normal));
  const settings = { momentum: 0.9, weightDecay: 0.01 };
  const first = new Sgd(settings, { parameters: 5, dtype: "float32" });
  const second = new Sgd(settings, { parameters: 5, dtype: "float32" });
  const [whole, resumed] = [new Float32Array(5), new Float32Array(5)];
  for (const [t, gradient] of gradients.entries()) {
    first.update(whole, gradient, 0.1);
    if (t < 9) resumed.set(whole);
    if (t === 8) second.restore(structuredClone(first.state()));
    if (t >= 9) second.update(resumed, gradient, 0.1);
  }
  expect(resumed).toEqual(whole);
});
