import { InvalidArgumentError } from "commander";
import { InputError } from "../../base/errors.js";
import { largest } from "../../base/floats.js";
import { rounded } from "../../base/words.js";
import {
  type AnnealingFits,
  type ByLaw,
  byLaw,
  errorsOf,
  fitAnnealing,
  predictLosses,
} from "../../curves/annealing.js";
import { stepRates } from "../../curves/learning-rate-sums.js";
import type { PredictionError } from "../../curves/prediction-error.js";
import type { LossCurve } from "../../curves/readers/loss-curve.js";
import { scheduledRates } from "../../descent/learning-rates.js";
import { schedules } from "../../descent/schedules/registry.js";
import type { ScheduleFacts } from "../../descent/schedules/schedule.js";
import type { PredictedCurve } from "../../report/curves/annealing-figures.js";
import { command } from "../command.js";
import { wholeNumber } from "../options.js";
import { chosen, columns, out, preparation, prepared, tableLines, writtenLine } from "./curve-options.js";

/** A curve with the rates of its steps. */
interface Rated extends Pick<PredictedCurve, "points"> {
  readonly file: string;
  readonly fitted: boolean;
  readonly eta: Float64Array;
}

/** `learning-law curve annealing`: the loss as a function of the learning rates. */
export const annealing = command({
  name: "annealing",
  summary: "the loss under any learning-rate schedule, from curves under a few",
  description:
    "Fits two laws to loss curves with their learning rates: L0 + A S1^-alpha - C S2, S1 being the sum of the rates and S2 " +
    "of how they fell, and the multi-power law; predicts curves under other schedules, and compares schedules for a " +
    "budget of steps. All curves must be of one model, data and batch. By the first law steps at a rate of 0 still gain: " +
    "trust the multi-power law where schedules end low.",
  arguments: [],
  options: {
    fit: {
      value: "<file>",
      about: "a log with losses and learning rates; several times for several",
      repeated: true,
      required: true,
    },
    predict: {
      value: "<file>",
      about: "predict this log's losses by its learning rates; may be repeated",
      repeated: true,
      default: [],
      defaultShown: "none",
    },
    ...columns,
    ...preparation,
    transient: {
      value: "<n>",
      about: "leave out the steps up to this one (default: a tenth of each)",
      parse: wholeNumber(0),
    },
    lambda: { value: "<x>", about: "how slowly S2's momentum decays (default: 1 - 20/T)", parse: fraction },
    budget: { value: "<steps>", about: "compare the schedules over so many steps", parse: wholeNumber(10, 1e8) },
    peak: { value: "<rate>", about: "their highest rate (default: that of the first fitted)", parse: rate },
    out,
  },
  help: `Examples:
  learning-law curve annealing --fit flat.csv --fit cosine.csv --predict wsd.csv
  learning-law curve annealing --fit runs/a --fit runs/b --budget 10000
  learning-law curve annealing --fit a.jsonl --predict b.jsonl --lambda 0.999`,

  async run(_, _places, { fit, predict, lambda, budget, peak, ...options }) {
    const { readCurves } = await import("../../runs/curves/read-curves.js");
    const choice = { ...chosen(options), rates: true };
    const rated = (curve: LossCurve, fitted: boolean): Rated => {
      const eta = stepRates(curve);
      // Early in training no power law holds yet.
      const transient = options.transient ?? Math.floor(eta.length / 10);
      return { file: curve.name, fitted, points: prepared(curve, { ...options, transient }), eta };
    };
    const curves = [
      ...readCurves(fit, choice).map((curve) => rated(curve, true)),
      ...readCurves(predict, { ...choice, withoutLoss: true }).map((curve) => rated(curve, false)),
    ];
    const empty = curves.find(({ fitted, points }) => fitted && points.length === 0);
    if (empty !== undefined)
      throw new InputError(`${empty.file} has no losses after the steps that are left out; lower --transient`);
    const fits = fitAnnealing(
      curves.filter(({ fitted }) => fitted),
      lambda,
    );
    const predictions = curves.map((curve) => predicted(curve, fits));
    const highest = peak ?? largest(curves[0].eta);
    const compared = budget === undefined ? [] : compareSchedules(fits, budget, highest);
    const written = options.out === undefined ? [] : await write(options.out, fits, predictions);
    return { fits, predictions, compared, budget, peak: highest, written };
  },

  lines: ({ fits, predictions, compared, budget, peak, written }) => [
    ...lawLines(fits),
    "",
    ...tableLines(ERRORS, predictions.map(errorCells)),
    ...(compared.length === 0
      ? []
      : [
          "",
          ...tableLines(
            [`${budget} steps, peak ${peak}`, "with S2", "multi-power"],
            compared.map(({ schedule, finalLoss }) => [
              schedule,
              finalLoss.annealing.toFixed(4),
              finalLoss.multiPower.toFixed(4),
            ]),
          ),
        ]),
    ...writtenLine(written),
  ],

  json: ({ fits, predictions, compared, written }) => ({
    fit: { ...fits.annealing.law, ...qualityOf(fits.annealing) },
    withoutS2: { ...fits.withoutS2.law, ...qualityOf(fits.withoutS2) },
    multiPower: { ...fits.multiPower.law, ...qualityOf(fits.multiPower) },
    fitted: predictions.filter(({ fitted }) => fitted).map(jsonOf),
    predictions: predictions.filter(({ fitted }) => !fitted).map(jsonOf),
    ...(compared.length === 0 ? {} : { schedules: compared }),
    ...(written.length === 0 ? {} : { written }),
  }),
});

function predicted({ file, fitted, points, eta }: Rated, fits: AnnealingFits): PredictedCurve {
  const steps = points.length > 0 ? points.map(({ step }) => step) : spread(eta.length);
  const losses = predictLosses(fits, eta, steps);
  return {
    ...{ file, fitted, points },
    predicted: byLaw(losses, (of) => Array.from(of, (loss, i) => ({ step: steps[i], loss }))),
    ...(points.length === 0 ? {} : { errors: errorsOf(points, losses) }),
  };
}

/** At most 200 steps, evenly, up to the last. */
function spread(T: number): number[] {
  const n = Math.min(200, T);
  return Array.from({ length: n }, (_, i) => Math.round(((i + 1) * T) / n));
}

/** What the laws say of every schedule with default settings whose rates follow from the steps and the peak alone. */
function compareSchedules(fits: AnnealingFits, steps: number, peak: number) {
  return schedules.names
    .flatMap((schedule) => {
      const eta = ratesOf(() => scheduledRates(schedules.choose(schedule), new StepsAlone(steps, peak)), steps);
      if (eta === undefined) return [];
      const { annealing, multiPower } = predictLosses(fits, eta, [steps]);
      return [{ schedule, finalLoss: { annealing: annealing[0], multiPower: multiPower[0] } }];
    })
    .sort((a, b) => a.finalLoss.multiPower - b.finalLoss.multiPower);
}

/** The rate of every step; none of a schedule that must be given settings or depends on more. */
function ratesOf(create: () => (t: number) => number, steps: number): Float64Array | undefined {
  try {
    const rateAt = create();
    return Float64Array.from({ length: steps }, (_, t) => rateAt(t));
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** What is known of a training of which nothing is known but its length and its peak. */
class StepsAlone implements ScheduleFacts {
  readonly warmup = 0;

  constructor(
    readonly steps: number,
    readonly learningRate: number,
  ) {}

  get batch(): number {
    throw new InputError("the size of a batch is not known");
  }

  get length(): number {
    throw new InputError("the length of an example is not known");
  }
}

const ERRORS = ["file", "", "mean error", "at the end", "r2", "without S2", "multi-power"];

function errorCells({ file, fitted, errors, predicted }: PredictedCurve): string[] {
  const kind = fitted ? "fitted" : "predicted";
  if (errors === undefined) {
    const end = predicted.annealing[predicted.annealing.length - 1];
    return [file, kind, "-", `ends at ${end.loss.toFixed(4)}`, "-", "-", "-"];
  }
  const { annealing, withoutS2, multiPower } = errors;
  return [
    ...[file, kind, annealing.meanAbsoluteError.toFixed(4), annealing.finalError.toFixed(4), annealing.r2.toFixed(4)],
    ...[withoutS2.meanAbsoluteError.toFixed(4), multiPower.meanAbsoluteError.toFixed(4)],
  ];
}

function jsonOf({ file, errors, predicted }: PredictedCurve) {
  const { annealing, withoutS2, multiPower }: Partial<ByLaw<PredictionError>> = errors ?? {};
  const end = (points: PredictedCurve["points"]) => points[points.length - 1].loss;
  return {
    file,
    ...(annealing ?? { meanAbsoluteError: null, finalError: null, r2: null }),
    predictedFinal: end(predicted.annealing),
    withoutS2: { ...withoutS2, predictedFinal: end(predicted.withoutS2) },
    multiPower: { ...multiPower, predictedFinal: end(predicted.multiPower) },
  };
}

function qualityOf({
  objective,
  converged,
  starts,
  agreeing,
}: ByLaw<AnnealingFits["annealing"]>["annealing"] | AnnealingFits["multiPower"]) {
  return { objective, converged, starts, agreeing };
}

function lawLines({ annealing, multiPower }: AnnealingFits): string[] {
  const shown = (law: object) =>
    Object.entries(law)
      .map(([name, value]) => `${name} ${rounded(value, 5)}`)
      .join("  ");
  const doubt = (converged: boolean) => (converged ? "" : "  (the fit has not converged)");
  return [
    `with S2      ${shown(annealing.law)}${doubt(annealing.converged)}`,
    `multi-power  ${shown(multiPower.law)}${doubt(multiPower.converged)}`,
  ];
}

async function write(folder: string, fits: AnnealingFits, curves: readonly PredictedCurve[]) {
  const { annealingFigures } = await import("../../report/curves/annealing-figures.js");
  const { writeCurveReport } = await import("../../report/curves/curve-report.js");
  return writeCurveReport(folder, {
    title: "Learning-rate annealing",
    lead: `${lawLines(fits).join("; ")}.`,
    figures: annealingFigures(curves),
    tables: [{ header: ERRORS, rows: curves.map(errorCells) }],
  });
}

function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value < 1))
    throw new InvalidArgumentError("It must be from 0 to below 1, such as 0.999.");
  return value;
}

function rate(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError("It must be a rate above 0, such as 0.003.");
  return value;
}
