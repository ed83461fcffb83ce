import { describe, expect, it } from "vitest";
import { createRandom } from "../base/random.js";
import type { Examples } from "./examples.js";
import { drawGaussians, type GaussianOptions } from "./gaussians.js";

const OPTIONS: GaussianOptions = {
  dimension: 16,
  examples: 4000,
  desiredExamples: 500,
  trainMean: 0,
  trainStd: 1,
  desiredMean: 0.5,
  desiredStd: 2,
  labelNoise: 0.1,
};

/** The sign of w.x of each row, computed apart from the code under test. */
function teacherLabels(examples: Examples, seed: number): number[] {
  const random = createRandom(seed, "teacher");
  const teacher = Array.from({ length: OPTIONS.dimension }, () => random.normal());
  const inputs = Array.from(examples.fields.x.data, Number);
  return Array.from({ length: examples.count }, (_, row) => {
    const x = inputs.slice(row * OPTIONS.dimension, (row + 1) * OPTIONS.dimension);
    return Number(x.reduce((sum, value, i) => sum + value * teacher[i], 0) > 0);
  });
}

function moments(examples: Examples): { mean: number; std: number } {
  const x = Array.from(examples.fields.x.data, Number);
  const mean = x.reduce((a, b) => a + b) / x.length;
  return { mean, std: Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length) };
}

describe("drawGaussians", () => {
  const splits = drawGaussians(OPTIONS, 7);

  it("gives rows of D numbers and a label", () => {
    expect(splits.train.count).toBe(4000);
    expect(splits.origins).toHaveLength(4000);
    for (const set of [splits.desired, splits.validation, splits.test]) expect(set.count).toBe(500);
    expect(splits.train.fields.x.rowShape).toEqual([16]);
    expect(splits.train.fields.x.data).toHaveLength(4000 * 16);
    expect(splits.train.fields.y.rowShape).toEqual([]);
    expect(splits.train.fields.y.data).toHaveLength(4000);
  });

  it("draws from the two Gaussians", () => {
    expect(moments(splits.train).mean).toBeCloseTo(0, 1);
    expect(moments(splits.train).std).toBeCloseTo(1, 1);
    for (const set of [splits.desired, splits.validation, splits.test]) {
      expect(moments(set).mean).toBeCloseTo(0.5, 1);
      expect(moments(set).std).toBeCloseTo(2, 1);
    }
    expect(splits.desired.fields.x.data).not.toEqual(splits.test.fields.x.data);
    expect(splits.validation.fields.x.data).not.toEqual(splits.test.fields.x.data);
  });

  it("labels as the teacher does, but for the flipped training examples", () => {
    for (const set of [splits.desired, splits.validation, splits.test]) {
      expect(Array.from(set.fields.y.data, Number)).toEqual(teacherLabels(set, 7));
    }
    const teacher = teacherLabels(splits.train, 7);
    const labels = Array.from(splits.train.fields.y.data, Number);
    expect(labels.map((label, i) => label !== teacher[i])).toEqual(splits.origins.map((origin) => origin.perturbed));
    expect(splits.origins.filter((origin) => origin.perturbed).length / 4000).toBeCloseTo(0.1, 1);
    const flipped = splits.origins.findIndex((origin) => origin.perturbed);
    expect(splits.origins[flipped].document).toBe(`teacher:${flipped}`);
    expect(splits.origins.every((origin) => origin.window === 0)).toBe(true);
    expect(splits.origins[flipped].text).toMatch(
      labels[flipped] === 1 ? /^label 1 \(flipped\), margin -\d\.\d\d$/ : /^label 0 \(flipped\), margin \d\.\d\d$/,
    );
  });

  it("keeps everything but the labels as it is when there is more noise, and every flip", () => {
    const noisier = drawGaussians({ ...OPTIONS, labelNoise: 0.3 }, 7);
    expect(noisier.test).toEqual(splits.test);
    expect(noisier.desired).toEqual(splits.desired);
    expect(noisier.train.fields.x).toEqual(splits.train.fields.x);
    expect(splits.origins.every((origin, i) => !origin.perturbed || noisier.origins[i].perturbed)).toBe(true);
  });

  it("is the same for the same seed, and another for another", () => {
    expect(drawGaussians(OPTIONS, 7)).toEqual(splits);
    expect(drawGaussians(OPTIONS, 8).test).not.toEqual(splits.test);
  });
});
