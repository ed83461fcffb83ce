import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { projectOntoSimplex, simplexDefect } from "./simplex.js";

const EPSILON_32 = 2 ** -23;
const EPSILON_64 = 2 ** -52;

type Row = Float32Array | Float64Array;

function project<T extends Row>(values: T): T {
  const result = values.slice() as T;
  projectOntoSimplex(result);
  return result;
}

function sumOf(values: Row): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The textbook algorithm (Held, Wolfe and Crowder 1974), by sorting, on values moved so that the largest is 0. */
function oracle(values: Row): Float64Array {
  const largest = Float64Array.from(values).sort().at(-1)!;
  const moved = Float64Array.from(values, (value) => Math.max(value - largest, -1));
  const sorted = moved.slice().sort().reverse();
  let tau = 0;
  let sum = 0;
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k];
    const candidate = (sum - 1) / (k + 1);
    if (sorted[k] > candidate) tau = candidate;
  }
  return moved.map((value) => Math.max(value - tau, 0));
}

/** The sum is 1 and the entries are what the projection must be, to the precision of the array's type. */
function expectProjection(values: Row): void {
  const result = project(values);
  const epsilon = values instanceof Float32Array ? EPSILON_32 : EPSILON_64;
  expect(Math.abs(sumOf(result) - 1)).toBeLessThanOrEqual(values.length * epsilon);
  const expected = oracle(values);
  const tolerance = 2 * epsilon + 4 * values.length * EPSILON_64;
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(result[i] - expected[i]) <= tolerance)) expect([i, result[i]]).toEqual([i, expected[i]]);
  }
}

const anyNumber = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, 0.5, 0.25, 1e-30, -1e-30, 1e30, -1e30, 1e8) },
  fc.double({ min: -1e30, max: 1e30, noNaN: true }),
  fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
);
const row64 = fc.array(anyNumber, { minLength: 1, maxLength: 60 }).map((values) => Float64Array.from(values));
const row32 = fc.array(anyNumber, { minLength: 1, maxLength: 60 }).map((values) => Float32Array.from(values));
const smallRow = fc
  .array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 })
  .map((values) => Float64Array.from(values));

describe("projectOntoSimplex, for any row", () => {
  test("agrees with the projection by sorting", () => {
    fc.assert(fc.property(row64, expectProjection), { numRuns: 1000 });
    fc.assert(fc.property(row32, expectProjection), { numRuns: 1000 });
  });

  test("meets the optimality conditions: positive entries all moved by the same tau, zero ones by no more", () => {
    fc.assert(
      fc.property(smallRow, (values) => {
        const result = project(values);
        const moves = values.map((value, i) => value - result[i]);
        const tau = moves[result.findIndex((value) => value > 0)];
        for (let i = 0; i < values.length; i++) {
          expect(result[i]).toBeGreaterThanOrEqual(0);
          if (result[i] > 0) expect(moves[i]).toBeCloseTo(tau, 12);
          else expect(moves[i]).toBeLessThanOrEqual(tau + 1e-12);
        }
      }),
    );
  });

  test("leaves a point of the simplex where it is", () => {
    const change = (values: Row) => {
      const once = project(values);
      const twice = project(once);
      return Math.max(...Array.from(once, (value, i) => Math.abs(value - twice[i])));
    };
    fc.assert(fc.property(row64, (values) => change(values) <= 1e-12));
    fc.assert(fc.property(row32, (values) => change(values) <= 1e-6));
  });

  test("commutes with reordering", () => {
    fc.assert(
      fc.property(smallRow, fc.nat(), (values, seed) => {
        const order = createRandom(seed, "order").permutation(values.length);
        const reordered = project(Float64Array.from(order, (i) => values[i]));
        const result = project(values);
        for (let i = 0; i < order.length; i++) expect(reordered[i]).toBeCloseTo(result[order[i]], 13);
      }),
    );
  });

  test("is unchanged by a constant added to every entry", () => {
    fc.assert(
      fc.property(smallRow, fc.double({ min: -1000, max: 1000, noNaN: true }), (values, constant) => {
        const moved = project(values.map((value) => value + constant));
        const result = project(values);
        for (let i = 0; i < values.length; i++) expect(moved[i]).toBeCloseTo(result[i], 11);
      }),
    );
  });

  test("returns the number of zeros, and the same bits each time", () => {
    fc.assert(
      fc.property(row32, (values) => {
        const result = values.slice();
        expect(projectOntoSimplex(result)).toBe(result.filter((value) => value === 0).length);
        expect(project(values)).toEqual(result);
      }),
    );
  });
});

describe("projectOntoSimplex, for rows of a search", () => {
  test.each([
    [0, 1e-5],
    [0, 1e-3],
    [0.4, 1e-5],
    [0.7, 1e-4],
    [0.7, 1e-3],
    [0.9, 1],
  ])("with a share %f of zeros, after a step of %f", (zeroShare, step) => {
    const random = createRandom(1, `rows ${zeroShare} ${step}`);
    const weights = Float32Array.from({ length: 4096 }, () => (random.uniform() < zeroShare ? 0 : random.uniform()));
    projectOntoSimplex(weights);
    expectProjection(weights.map((weight) => weight - step * random.normal()));
  });
});

describe("projectOntoSimplex, for hostile rows", () => {
  const size = 16_384;
  const fill = (value: (i: number) => number) => Float64Array.from({ length: size }, (_, i) => value(i));
  const hostile: Record<string, Float64Array> = {
    "all zero": fill(() => 0),
    "all equal and huge": fill(() => 1e30),
    "all equal and negative": fill(() => -3),
    "the uniform row": fill(() => 1 / size),
    ascending: fill((i) => i / size),
    "descending in small steps": fill((i) => -i * 1e-9),
    "descending in large steps": fill((i) => -i * 1e20),
    geometric: fill((i) => -(0.5 ** (i % 60))),
    "geometric, dense": fill((i) => -(0.999 ** i)),
    harmonic: fill((i) => -1 / (i + 1)),
    "doubly exponential": fill((i) => 1 - 2 ** (-50 * 0.9995 ** i)),
    "one above all others": fill((i) => (i === 77 ? 5 : 0.1 * Math.sin(i))),
    "one far above all others": fill((i) => (i === 77 ? 1e30 : -1e30)),
    "just within 1 of the largest": fill((i) => (i === 0 ? 0.5 : -0.5 + i * 1e-17)),
    "all near 1": fill((i) => 1 - (i % 1000) * 1e-12),
    "the type's largest numbers": fill((i) => (i % 2 ? 1 : -1) * Number.MAX_VALUE),
    tiny: fill((i) => (i % 7) * 1e-30),
    "small differences on 1e8": fill((i) => 1e8 + (i % 50) / 64),
    "small differences on -1e8": fill((i) => -1e8 + (i % 50) / 64),
  };
  test.each(Object.keys(hostile))("%s", (name) => {
    expectProjection(hostile[name]);
    if (name !== "the type's largest numbers") expectProjection(Float32Array.from(hostile[name]));
  });

  test("takes no more than some passes over the row", () => {
    // Each Newton step drops only half of the entries that are left: the worst there is.
    const halving = fill((i) => -Math.log2(size / (i + 1)) / 14);
    for (const entries of [halving, halving.slice().reverse(), ...Object.values(hostile)]) {
      const start = performance.now();
      for (let k = 0; k < 5; k++) project(entries);
      expect((performance.now() - start) / 5).toBeLessThan(20);
    }
  });

  test("a row of one entry becomes 1", () => {
    for (const value of [0, 1, -7, 1e30, -1e30, 1e-30])
      expect(project(Float64Array.of(value))).toEqual(Float64Array.of(1));
  });

  test("NaN and infinity are refused by their position, and the row is left alone", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const values = Float32Array.of(0.25, 0.5, bad, 0.25);
      expect(() => projectOntoSimplex(values)).toThrow(`entry 2 of the row to project onto the simplex is ${bad}`);
      expect(values).toEqual(Float32Array.of(0.25, 0.5, bad, 0.25));
    }
  });
});

describe("simplexDefect", () => {
  test("names what is wrong with a row", () => {
    expect(simplexDefect(Float32Array.of(0.5, 0.5), 1e-4)).toBeUndefined();
    expect(simplexDefect(Float32Array.of(0.5, 0.50005), 1e-4)).toBeUndefined();
    expect(simplexDefect(Float64Array.of(0.5, 0.75), 1e-4)).toBe("its weights sum to 1.25");
    expect(simplexDefect(Float64Array.of(1.5, -0.5), 1e-4)).toBe("weight 1 is -0.5");
    expect(simplexDefect(Float64Array.of(Number.NaN, 1), 1e-4)).toBe("weight 0 is NaN");
    expect(simplexDefect(Float64Array.of(1, Number.POSITIVE_INFINITY), 1e-4)).toBe("its weights sum to Infinity");
  });
});
