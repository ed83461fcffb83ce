import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { type CurvePoint, interpolateCurve } from "./interpolate-curve.js";
import { fitScalingLaw, type ScalingLaw } from "./scaling-law.js";
import { confidenceInterval, type Interval, resampleScalingLaws } from "./scaling-law-intervals.js";
import { undecided } from "./scaling-law-undecided.js";

/** The scaling law L0 + (B / t)^beta of a curve, with 95% intervals. */
export interface LawOfSteps {
  readonly law: ScalingLaw;
  readonly intervals?: { readonly L0: Interval; readonly B: Interval; readonly beta: Interval };
  /** Why the curve does not decide the law, as a clause; null where it does. */
  readonly undecided: string | null;
}

/** A curve is fitted at so many steps at most, evenly spaced: the law keeps its form where k steps are counted as one. */
const FITTED_STEPS = 1000;
const REPLICATES = 100;

/**
 * Fits the scaling law of steps to a curve that may have been logged at some steps only (`fitScalingLaw`, DESIGN 2.5).
 *
 * @param points in order of steps
 * @throws InputError if the curve is too short or does not fall
 */
export function fitLawOfSteps(points: readonly CurvePoint[]): LawOfSteps {
  const T = points[points.length - 1].step;
  const each = Math.ceil(T / FITTED_STEPS);
  const from = points[0].step === 0 ? points : [{ ...points[0], step: 0 }, ...points];
  const every = interpolateCurve(from);
  const curve = Float64Array.from({ length: Math.floor(T / each) }, (_, i) => every[(i + 1) * each - 1]);
  const law = fitScalingLaw(curve);
  const unscaled = ({ B, t0, ...rest }: ScalingLaw): ScalingLaw => ({ ...rest, B: B * each, t0: t0 * each });
  const intervals = intervalsOf(curve, law, each);
  const why = undecided({
    curves: [curve],
    laws: [law],
    intervals: "refused" in intervals ? intervals : { L0: intervals.L0, B: [intervals.B] },
  });
  return { law: unscaled(law), ...("refused" in intervals ? {} : { intervals }), undecided: why };
}

/** Steps are told apart in units of `each`. */
function intervalsOf(
  curve: Float64Array,
  law: ScalingLaw,
  each: number,
): NonNullable<LawOfSteps["intervals"]> | { readonly refused: string } {
  try {
    const laws = resampleScalingLaws([curve], [law], createRandom(1, "law of steps"), REPLICATES);
    const of = (quantity: (law: ScalingLaw) => number) => confidenceInterval(laws, ([law]) => quantity(law));
    return { L0: of(({ L0 }) => L0), B: of(({ B }) => B * each), beta: of(({ beta }) => beta) };
  } catch (error) {
    if (error instanceof InputError) return { refused: error.message };
    throw error;
  }
}
