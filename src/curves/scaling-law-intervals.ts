import { logAverage, mean, quantile } from "simple-statistics";
import { InputError } from "../base/errors.js";
import type { Random } from "../base/random.js";
import { blockLength, redrawBlocks } from "./block-bootstrap.js";
import { fitScalingLawsAfter, type ScalingLaw, scalingLawLoss } from "./scaling-law.js";

/** A 95% confidence interval, and the median of what it was made of. */
export interface Interval {
  low: number;
  median: number;
  high: number;
}

/** How often the law at the centre is corrected, and from how many replicates. */
const CORRECTIONS = 2;
const CORRECTION_REPLICATES = 40;

/**
 * The laws that might as well have come out of the same learning processes, one per curve in each of `replicates`: what
 * every confidence interval of a law, and of anything computed from laws, is made of (`confidenceInterval`).
 *
 * A replicate is a law's losses with the noise redrawn (`redrawBlocks`) and fitted anew, with a common L0; t0 stays.
 * Curves of one length redraw alike, which keeps the noise that they share.
 *
 * The published fit is biased: a step whose loss happens to lie low, near L0, counts more in ln(L - L0) than one that
 * lies high, so noise lowers L0 and beta and raises B, by more than they scatter. Therefore the curves are redrawn about
 * the laws that would on average give the fit found (its replicates fall short of them as it does of the truth), and
 * what remains of the bias is taken from the replicates. Where there is noise the fit itself may lie outside its
 * interval; the interval's median is the better estimate then.
 *
 * Measured with 200 draws of curves with beta = 0.5 and noise of 0.01 nats, the 95% intervals hold the truth in 92 to
 * 95% of the draws if the noise is white (100 steps), in 91 to 93% if neighbours correlate by 0.5 (400 steps), in 87 to
 * 91% if by 0.8 (500 steps, too few blocks). They say nothing about how well a power law describes the curve.
 *
 * @param laws the fit of `curves` (`fitScalingLaws`)
 * @throws InputError if the curves deviate so much that a redrawn one no longer falls
 */
export function resampleScalingLaws(
  curves: Float64Array[],
  laws: ScalingLaw[],
  random: Random,
  replicates = 300,
): ScalingLaw[][] {
  let centre = laws;
  for (let i = 0; i < CORRECTIONS; i++) {
    centre = corrected(centre, laws, means(refitRedrawn(curves, centre, random, CORRECTION_REPLICATES)));
  }
  const redrawn = refitRedrawn(curves, centre, random, replicates);
  const average = means(redrawn);
  const unbiased = corrected(centre, laws, average);
  return redrawn.map((refit) => refit.map((law, i) => moved(law, average[i], unbiased[i])));
}

/** The 95% confidence interval (percentile) of a quantity of the laws, such as an improvement or an acceleration. */
export function confidenceInterval(resampled: ScalingLaw[][], quantity: (laws: ScalingLaw[]) => number): Interval {
  const [low, median, high] = quantile(resampled.map(quantity), [0.025, 0.5, 0.975]);
  return { low, median, high };
}

/** The fits of `count` redrawn versions of the curves, with `centre` for the curves without noise. */
function refitRedrawn(curves: Float64Array[], centre: ScalingLaw[], random: Random, count: number): ScalingLaw[][] {
  const { t0 } = centre[0];
  const noiseless = curves.map((curve, i) => curve.map((_, step) => scalingLawLoss(centre[i], step + 1)));
  const residuals = curves.map((curve, i) => curve.map((loss, step) => loss - noiseless[i][step]));
  const length = Math.max(...residuals.map((residual) => blockLength(residual.subarray(t0))));
  const lengths = [...new Set(curves.map((curve) => curve.length))];
  return Array.from({ length: count }, () => {
    const redraws = new Map(lengths.map((end) => [end, redrawBlocks(t0, end, length, random)]));
    const redrawn = noiseless.map((losses, i) => {
      const { source, sign } = redraws.get(losses.length)!;
      return losses.map((loss, step) => loss + sign[step] * residuals[i][source[step]]);
    });
    const refit = fitScalingLawsAfter(t0, redrawn);
    if (refit.some(({ beta }) => !(beta > 0))) {
      throw new InputError(
        "the curves leave their laws so far that no interval can be given: with the deviations redrawn, one no longer falls",
      );
    }
    return refit;
  });
}

type Coefficients = Pick<ScalingLaw, "L0" | "B" | "beta">;

/** The average law of each curve; B and beta, which are positive, on the log scale. */
function means(resampled: ScalingLaw[][]): Coefficients[] {
  return resampled[0].map((_, i) => {
    const of = (name: keyof Coefficients) => resampled.map((laws) => laws[i][name]);
    return { L0: mean(of("L0")), B: logAverage(of("B")), beta: logAverage(of("beta")) };
  });
}

/** Centres whose replicates would, on average, be the laws that were fitted, if the present ones' are `average`. */
function corrected(centre: ScalingLaw[], fitted: ScalingLaw[], average: Coefficients[]): ScalingLaw[] {
  return centre.map((law, i) => moved(law, average[i], fitted[i]));
}

/** A law moved by what leads from one to another: a difference in L0, factors in B and beta. */
function moved(law: ScalingLaw, from: Coefficients, to: Coefficients): ScalingLaw {
  return {
    ...law,
    L0: Math.max(0, law.L0 + to.L0 - from.L0),
    B: (law.B * to.B) / from.B,
    beta: (law.beta * to.beta) / from.beta,
  };
}
