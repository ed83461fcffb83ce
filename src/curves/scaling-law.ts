import { InputError } from "../base/errors.js";
import { goldenSectionMaximum } from "./golden-section.js";

/** The power law L(t) = L0 + (B / t)^beta for t > t0 (Gu et al. 2024, equation 8). */
export interface ScalingLaw {
  /** The loss (nats) that no number of steps gets below: the model's size and the data's entropy. */
  L0: number;
  /** The step after which the law holds. */
  t0: number;
  /** The step (a real number) at which the loss is L0 + 1 nat; smaller is better. */
  B: number;
  /** The power; larger is better. */
  beta: number;
  /** Of ln(L - L0) with -ln t over the steps t0 + 1 .. T: 1 where the law holds exactly. */
  correlation: number;
}

/** Half of them must be enough for a line, because t0 goes up to T / 2. */
const MIN_STEPS = 40;
/** As shares of T: none or halves of halves, since the law's axis is ln t. */
const WARM_UPS = [0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2];
/** L0 is sought from 0 up to min L (1 - e^-16), on this grid first; ln(min L - L0) is the axis. */
const GAPS = Array.from({ length: 9 }, (_, i) => -2 * i);
const GAP_TOLERANCE = 1e-6;
/** Rounding alone correlates even a constant curve, by about 1e-15. */
const MIN_CORRELATION = 1e-6;

/** The loss of a law after step t, in nats. */
export function scalingLawLoss({ L0, B, beta }: ScalingLaw, t: number): number {
  return L0 + (B / t) ** beta;
}

/** The scaling law of one loss curve: `fitScalingLaws` of it alone. */
export function fitScalingLaw(curve: Float64Array): ScalingLaw {
  return fitScalingLaws([curve])[0];
}

/**
 * The scaling laws of curves that are compared, with L0 and t0 in common: L0 is assumed to be unaffected by the
 * learning policy (Gu et al. 2024, section 4.6; DESIGN 2.5). As published: least squares on
 *
 *     ln(L - L0) = beta ln B - beta ln t
 *
 * over all steps t > t0, every step with the same weight, with the L0 and t0 of the highest correlation (here its mean
 * over the curves). A curve that is not quite a power law correlates best on the shortest stretch, so t0 is at most
 * half of the shortest curve; among equals the smallest t0 wins.
 *
 * @param curves losses in nats; index t - 1 holds the loss after step t
 * @throws InputError if a curve is shorter than 40 steps, holds a loss that is not a positive number, or does not fall
 */
export function fitScalingLaws(curves: Float64Array[]): ScalingLaw[] {
  curves.forEach((curve, i) => {
    refuseUnfit(curve, nameOf(i, curves));
  });
  const shortest = Math.min(...curves.map((curve) => curve.length));
  const candidates = WARM_UPS.map((share) => fitScalingLawsAfter(Math.floor(share * shortest), curves));
  const laws = candidates.reduce((best, next) => (meanCorrelation(next) > meanCorrelation(best) ? next : best));
  laws.forEach(({ correlation, t0 }, i) => {
    if (correlation > MIN_CORRELATION) return;
    const [first, last] = [curves[i][t0], curves[i][curves[i].length - 1]].map((loss) => loss.toPrecision(4));
    throw new InputError(
      `${nameOf(i, curves)} does not fall after step ${t0} (${first} to ${last}): there is no power law to fit`,
    );
  });
  return laws;
}

/** The same with t0 given. The curves are taken to be fit for it. */
export function fitScalingLawsAfter(t0: number, curves: Float64Array[]): ScalingLaw[] {
  const lines = curves.map((curve) => excessLine(curve, t0));
  const lowest = Math.min(...curves.map((curve) => minimum(curve, t0)));
  // Exactly 0 at the end of the search, where the gap is the lowest loss itself.
  const irreducible = (gap: number) => -Math.expm1(gap) * lowest;
  const correlation = (gap: number) => meanCorrelation(lines.map((line) => line(irreducible(gap))));

  const coarse = GAPS.map(correlation);
  const start = GAPS[coarse.indexOf(Math.max(...coarse))];
  const refined = goldenSectionMaximum(correlation, start - 2, Math.min(start + 2, 0), GAP_TOLERANCE);
  const L0 = irreducible(correlation(refined) > correlation(start) ? refined : start);
  return lines.map((line) => ({ L0, t0, ...line(L0) }));
}

/**
 * The regression of ln(L - L0) on ln t after t0, as a function of L0. By hand, because a bootstrap evaluates it some
 * ten thousand times: ln t and its spread are computed once, and nothing is allocated.
 */
function excessLine(curve: Float64Array, t0: number): (L0: number) => Omit<ScalingLaw, "L0" | "t0"> {
  const losses = curve.subarray(t0);
  const n = losses.length;
  const x = Float64Array.from(losses, (_, i) => Math.log(t0 + i + 1));
  const meanX = x.reduce((sum, value) => sum + value, 0) / n;
  const xx = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  const y = new Float64Array(n);

  return (L0) => {
    let sumY = 0;
    for (let i = 0; i < n; i++) {
      y[i] = Math.log(losses[i] - L0);
      sumY += y[i];
    }
    const meanY = sumY / n;
    let xy = 0;
    let yy = 0;
    for (let i = 0; i < n; i++) {
      const dy = y[i] - meanY;
      xy += (x[i] - meanX) * dy;
      yy += dy * dy;
    }
    const beta = -xy / xx;
    const correlation = yy > 0 ? -xy / Math.sqrt(xx * yy) : 0;
    return { B: Math.exp(meanX + meanY / beta), beta, correlation };
  };
}

function meanCorrelation(lines: { correlation: number }[]): number {
  return lines.reduce((sum, { correlation }) => sum + correlation, 0) / lines.length;
}

function minimum(curve: Float64Array, from: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = from; i < curve.length; i++) lowest = Math.min(lowest, curve[i]);
  return lowest;
}

function nameOf(index: number, curves: Float64Array[]): string {
  return curves.length === 1 ? "the loss curve" : `loss curve ${index + 1} of ${curves.length}`;
}

function refuseUnfit(curve: Float64Array, name: string): void {
  if (curve.length < MIN_STEPS) {
    throw new InputError(`${name} has ${curve.length} steps; a scaling law needs at least ${MIN_STEPS}`);
  }
  const wrong = curve.findIndex((loss) => !(loss > 0 && loss < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new InputError(`${name} is ${curve[wrong]} after step ${wrong + 1}; a scaling law needs positive numbers`);
  }
}
