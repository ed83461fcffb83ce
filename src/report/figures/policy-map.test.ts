import { Resvg } from "@resvg/resvg-js";
import { expect, test } from "vitest";
import { type Policy, policyRow } from "../../search/policy.js";
import { readFigure } from "../../testing/read-figure.js";
import { reportData } from "../../testing/report-data.js";
import { binned, policyMapFigure } from "./policy-map.js";

/** How opaque the pixels of an image are, from 0 to 1, row by row. */
function opacities(href: string, columns: number, rows: number): number[][] {
  const size = `width="${columns}" height="${rows}"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><image href="${href}" ${size}/></svg>`;
  const { pixels, width, height } = new Resvg(svg).render();
  expect([width, height]).toEqual([columns, rows]);
  const alpha = Array.from({ length: columns * rows }, (_, i) => pixels[4 * i + 3] / 255);
  return Array.from({ length: rows }, (_, row) => alpha.slice(row * columns, (row + 1) * columns));
}

/** Of four examples the last has most of the weight, the first none after the second step. */
const T = 6;
function policy(): Policy {
  const rows = Array.from({ length: T }, (_, t) => (t < 2 ? [0.25, 0.25, 0.25, 0.25] : [0, 0.125, 0.25, 0.625]));
  return { steps: T, examples: 4, weights: Float32Array.from(rows.flat()) };
}

test("the map has the roots of the weights, from the most weighted example down, and shows which are perturbed", () => {
  const bestPolicy = policy();
  const data = reportData(undefined, { bestPolicy });
  const figure = readFigure(policyMapFigure(data).svg);
  expect([figure.x.label, figure.y.label]).toEqual(["step →", "↓ examples by weight"]);
  const [map, strip] = figure.images;

  // It fills the plot: from the first step to the last, and from the first example to the last.
  expect([...map.from, ...map.to]).toEqual([0, 0, T, 4].map((value) => expect.closeTo(value, 6)));
  const full = 2.5;
  const shown = opacities(map.href, T, 4);
  for (const [place, example] of [3, 2, 1, 0].entries())
    for (let t = 0; t < T; t++)
      expect(shown[place][t], `example ${example} at step ${t}`).toBeCloseTo(
        Math.sqrt((policyRow(bestPolicy, t)[example] * 4) / full),
        2,
      );

  // The perturbed one is the first example, which has the least weight.
  expect([strip.from[1], strip.to[1]]).toEqual([0, 4].map((value) => expect.closeTo(value, 6)));
  expect(strip.from[0]).toBeGreaterThan(T);
  expect(opacities(strip.href, 1, 4)).toEqual([[0], [0], [0], [1]]);
  expect(Object.keys(figure.legend)).toEqual(["0", "1", "≥ 2.5"]);
  const clean = data.origins.map((origin) => ({ ...origin, perturbed: false }));
  expect(readFigure(policyMapFigure({ ...data, origins: clean }).svg).images).toHaveLength(1);
});

test("a small policy is drawn cell by cell, its examples in the order given", () => {
  const policy: Policy = { steps: 2, examples: 2, weights: Float32Array.of(0.25, 0.75, 0, 1) };
  expect(binned(policy, [1, 0])).toEqual({ columns: 2, rows: 2, values: Float64Array.of(1.5, 2, 0.5, 0) });
});

test("a large one is drawn as the means of what falls into a cell", () => {
  const [steps, examples] = [1000, 500];
  const weights = new Float32Array(steps * examples).map((_, i) => (i % examples < 250 ? 2 / examples : 0));
  const order = Array.from({ length: examples }, (_, n) => n);
  const { columns, rows, values } = binned({ steps, examples, weights }, order);
  expect([columns, rows]).toEqual([240, 160]);
  expect(values[0]).toBeCloseTo(2, 6);
  expect(values[values.length - 1]).toBe(0);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 2);
});
