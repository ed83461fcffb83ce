import {
  type AnnealingLaw,
  annealingLosses,
  type FittedAnnealing,
  fitAnnealingLaw,
  type ScheduledCurve,
} from "./annealing-law.js";
import { fitMultiPowerLaw, type MultiPowerLaw, multiPowerLosses } from "./multi-power-law.js";
import { type PredictionError, predictionError } from "./prediction-error.js";
import { grouped } from "./smoothing.js";

/** The laws of a model's loss under its learning rates. */
export interface AnnealingFits {
  readonly annealing: FittedAnnealing<AnnealingLaw>;
  /** The same without S2, to see what that says. */
  readonly withoutS2: FittedAnnealing<AnnealingLaw>;
  readonly multiPower: FittedAnnealing<MultiPowerLaw>;
}

/** What each of the laws says of something. */
export type ByLaw<Value> = { readonly [Law in keyof AnnealingFits]: Value };

/** The same of what each of the laws says. */
export function byLaw<From, To>({ annealing, withoutS2, multiPower }: ByLaw<From>, of: (value: From) => To): ByLaw<To> {
  return { annealing: of(annealing), withoutS2: of(withoutS2), multiPower: of(multiPower) };
}

/** Of a curve; more are put together. */
const FITTED_POINTS = 300;

/** Fits all laws to curves of one model. Throws InputError as `fitAnnealingLaw`. */
export function fitAnnealing(measured: readonly ScheduledCurve[], lambda?: number): AnnealingFits {
  const curves = measured.map(({ points, eta }) => ({
    points: grouped(points, FITTED_POINTS).map(({ step, loss }) => ({ step: Math.round(step), loss })),
    eta,
  }));
  const annealing = fitAnnealingLaw(curves, { lambda });
  return {
    annealing,
    withoutS2: fitAnnealingLaw(curves, { withoutS2: true }),
    multiPower: fitMultiPowerLaw(curves, annealing.law),
  };
}

/** The losses after the given steps (rising, from 1) that each law predicts for the learning rates of all steps. */
export function predictLosses(fits: AnnealingFits, eta: Float64Array, steps: readonly number[]): ByLaw<Float64Array> {
  const of = (law: AnnealingLaw) => {
    const losses = annealingLosses(law, eta);
    return Float64Array.from(steps, (step) => losses[step - 1]);
  };
  return {
    annealing: of(fits.annealing.law),
    withoutS2: of(fits.withoutS2.law),
    multiPower: multiPowerLosses(fits.multiPower.law, eta, steps),
  };
}

/** How far what each law predicts for a curve is from what was measured. */
export function predictionErrors(fits: AnnealingFits, { points, eta }: ScheduledCurve): ByLaw<PredictionError> {
  const steps = points.map(({ step }) => step);
  return errorsOf(points, predictLosses(fits, eta, steps));
}

/** How far the losses that each law predicts after the steps of some points are from theirs. */
export function errorsOf(points: ScheduledCurve["points"], predicted: ByLaw<Float64Array>): ByLaw<PredictionError> {
  const measured = Float64Array.from(points, ({ loss }) => loss);
  return byLaw(predicted, (losses) => predictionError(measured, losses));
}
