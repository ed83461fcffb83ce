/** A loss in nats after `step` steps. */
export interface CurvePoint {
  readonly step: number;
  readonly loss: number;
}

/**
 * The loss after every step t = 1 .. T (at index t - 1), on straight lines between the steps at which it was measured.
 *
 * @param points in order of their steps, the first at step 0 and the last at T
 */
export function interpolateCurve(points: readonly CurvePoint[]): Float64Array {
  const curve = new Float64Array(points[points.length - 1].step);
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1], points[i]];
    for (let t = from.step + 1; t <= to.step; t++) {
      const part = (t - from.step) / (to.step - from.step);
      curve[t - 1] = (1 - part) * from.loss + part * to.loss;
    }
  }
  return curve;
}
