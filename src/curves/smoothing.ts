import type { CurvePoint } from "./interpolate-curve.js";

/** The mean at step t goes back to step t / 1.2. */
const BASE = 1.2;
/** Steps of a thousand and more are not spaced wider than this power of ten. */
const WIDEST_POWER = 3;

/**
 * The logarithmic moving average of a curve: the mean of all losses from step floor(t / 1.2) to t ("Loss Deceleration and
 * Zero-Sum Learning", 2025, whose code counts records in place of steps, the same where every step is recorded from 0 on).
 */
export function logMovingAverage<Point extends CurvePoint>(points: readonly Point[]): Point[] {
  let from = 0;
  let sum = 0;
  return points.map((point, i) => {
    sum += point.loss;
    while (points[from].step < Math.floor(point.step / BASE)) sum -= points[from++].loss;
    return { ...point, loss: sum / (i - from + 1) };
  });
}

/**
 * The points of a curve at 10, 11, ... 100, 110, ... 1000, 1100, ... 10000, 11000, 12000 and so on, and the
 * last: about as many to a power of ten, so that the many late steps do not outweigh the early ones. As published, from a
 * thousand steps on they are a thousand apart.
 */
export function logSpaced<Point extends CurvePoint>(points: readonly Point[]): Point[] {
  return points.filter(({ step }, i) => i === points.length - 1 || step % spacing(step) === 0);
}

/**
 * As many neighbours put together as it takes to have at most `most` points: the geometric means of their losses and steps,
 * which lie on a power law where the points do. All keep their shares in a fit, which takes less time and says the same.
 */
export function grouped(points: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size);
    const mean = (key: keyof CurvePoint) =>
      Math.exp(group.reduce((sum, point) => sum + Math.log(point[key]), 0) / group.length);
    return { step: mean("step"), loss: mean("loss") };
  });
}

function spacing(step: number): number {
  return step < 10 ? 1 : 10 ** Math.min(Math.floor(Math.log10(step)) - 1, WIDEST_POWER);
}
