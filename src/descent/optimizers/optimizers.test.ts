import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Floats, type FloatType, floats } from "../../base/floats.js";
import { createRandom } from "../../base/random.js";
import type { OptimizerComponent } from "./optimizer.js";
import { optimizers } from "./registry.js";

const P = 5;
const RATE = 0.01;
const dtypes = fc.constantFrom<FloatType>("float32", "float64");
/** Gradients of every scale, zeros among them. */
const gradients = fc.array(
  fc.array(fc.oneof(fc.constant(0), fc.double({ min: -1e3, max: 1e3, noNaN: true })), { minLength: P, maxLength: P }),
  { minLength: 1, maxLength: 12 },
);

function made(component: OptimizerComponent, dtype: FloatType) {
  return component.create(component.settings.parse({}), { parameters: P, dtype });
}

function typed(dtype: FloatType, values: readonly number[]): Floats {
  const result = floats(dtype, values.length);
  result.set(values);
  return result;
}

const start = (dtype: FloatType) => typed(dtype, Array.from({ length: P }, createRandom(1, "theta").normal));

describe.each([...optimizers].map((component) => [component.name, component] as const))("%s", (_, component) => {
  test("has a default for every setting, and a peak of the learning rate", () => {
    expect(optimizers.schema().parse(component.name)).toEqual({
      name: component.name,
      ...component.settings.parse({}),
    });
    expect(component.learningRate).toBeGreaterThan(0);
  });

  test("goes on from its state with the same bytes, and its state is then the same", () => {
    fc.assert(
      fc.property(dtypes, gradients, fc.nat(12), (dtype, all, at) => {
        const cut = Math.min(at, all.length);
        const learn = (optimizer: ReturnType<typeof made>, theta: Floats, part: readonly number[][]) => {
          for (const gradient of part) optimizer.update(theta, typed(dtype, gradient), RATE);
        };
        const whole = made(component, dtype);
        const theta = start(dtype);
        learn(whole, theta, all.slice(0, cut));
        const [saved, thetaThen] = [structuredClone(whole.state()), theta.slice()];
        learn(whole, theta, all.slice(cut));
        const resumed = made(component, dtype);
        resumed.restore(saved);
        learn(resumed, thetaThen, all.slice(cut));
        expect(thetaThen).toEqual(theta);
        expect(resumed.state()).toEqual(whole.state());
      }),
    );
  });

  test("preconditions linearly: what two directions contribute adds up", () => {
    fc.assert(
      fc.property(gradients, (all) => {
        const optimizer = made(component, "float64");
        const theta = start("float64");
        for (const gradient of all) optimizer.update(theta, typed("float64", gradient), RATE);
        const random = createRandom(2, "directions");
        const [a, b, next] = Array.from({ length: 3 }, () => Float64Array.from({ length: P }, random.normal));
        const along = (direction: Float64Array) => {
          const into = new Float64Array(P);
          optimizer.precondition(direction, into, next);
          return into;
        };
        const sum = along(a.map((value, i) => 2 * value - b[i]));
        const [ofA, ofB] = [along(a), along(b)];
        for (let i = 0; i < P; i++) expect(sum[i]).toBeCloseTo(2 * ofA[i] - ofB[i], 9);
      }),
    );
  });

  test("its first step goes down: where the gradient is positive theta falls", () => {
    const theta = new Float64Array(P);
    made(component, "float64").update(theta, Float64Array.of(1, -2, 0, 1e-3, 5), RATE);
    expect(Array.from(theta, Math.sign)).toEqual([-1, 1, 0, -1, -1]);
  });
});
