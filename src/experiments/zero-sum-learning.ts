import { mean } from "../base/floats.js";
import { breakOf, type DecelerationFit } from "../curves/deceleration.js";
import type { StepInterference } from "../measures/interference/measure-interference.js";
import type { TrainingSummary } from "../runs/training/train-run.js";
import { type Claim, type Figure, type Missing, missing } from "./claims/claim.js";
import { exact, increases } from "./claims/expectation.js";
import type { Experiment, Paper } from "./experiment.js";
import { type Measured, type MeasurementContext, measurement } from "./plans/measurement.js";
import type { Plan } from "./plans/plan.js";
import { training } from "./plans/training.js";

/** Of what is asked about interference. */
export const zeroSumPaper: Paper = {
  authors: "Mircea et al.",
  year: 2025,
  title: "Training Dynamics Underlying Language Model Scaling Laws: Loss Deceleration and Zero-Sum Learning",
  where: "arXiv:2506.05447",
};

const PRESET = "transformer-small";
const WIDTHS = [16, 32, 64, 128];
/** At a constant rate, for a rate that falls slows learning down by itself; on the stories as they are, about six times over. */
const SETTINGS = [
  ...["data.perturbed=0", "data.examples=10240", "training.optimizer=adamw", "training.schedule=constant"],
  ...["training.steps=2000", "training.batch=32", "training.warmup=10", "training.evaluateEvery=5"],
];
/** Steps that are left out of the fits: the warm-up. */
const TRANSIENT = 10;
/** Steps around each, for one step's interference depends on its batch. */
const AROUND = [-4, -2, 0, 2, 4];
/** Where interference is measured, in steps of the deceleration. */
const PLACES = [1 / 4, 1, 4];

/** A model of one width that is trained, and what is measured of it. */
interface Size {
  readonly training: Plan<TrainingSummary>;
  readonly interference: Plan<Measured>;
}

function sizeOf(width: number, seed: number): Size {
  const name = `width-${width}-seed-${seed}`;
  const settings = [`model.width=${width}`, `model.feedForward=${4 * width}`, ...SETTINGS, `seed=${seed}`];
  const trained = training(name, PRESET, settings);
  const measure = (context: MeasurementContext) => aroundDeceleration(context.runs(trained).run, context, TRANSIENT);
  return { training: trained, interference: measurement(`interference-${name}`, PRESET, settings, measure) };
}

/**
 * Where a training's loss curve decelerates, and D and opposition before it, at it and after it.
 *
 * @param run its directory
 * @param transient steps that are left out of the fit
 */
export async function aroundDeceleration(
  run: string,
  { runs: _, directory: __, config: ___, onProgress, ...resources }: MeasurementContext,
  transient: number,
): Promise<Measured> {
  const { runDeceleration, measureRunInterference } = await import("../runs/interference/measure-run.js");
  const { deceleration, finished } = runDeceleration(run, transient);
  const fit = breakOf(deceleration);
  if (fit === undefined || deceleration.verdict === "accelerates")
    return withoutBreak(missing(`the loss curve has no deceleration: ${deceleration.reason ?? deceleration.verdict}`));
  const places = PLACES.map((part) => stepsAround(part * fit.td, finished));
  const { steps } = await measureRunInterference(run, {
    ...resources,
    ...{ steps: places.flat(), examples: 256, tokens: 32, transient },
    onProgress: (step, fraction) => onProgress?.(fraction, `interference, step ${step}`),
  });
  const over = (of: (measured: StepInterference) => number | null | undefined) =>
    places.map((around) =>
      mean(
        Float64Array.from(
          steps.filter(({ step }) => around.includes(step)),
          (step) => of(step) ?? Number.NaN,
        ),
      ),
    );
  return {
    ...measuresOf(fit),
    interference: over(({ next }) => next.train.interference),
    unseenInterference: over(({ next }) => next.unseen.interference),
    magnitude: over(({ next }) => next.train.magnitude),
    alongTokens: over(({ gradients }) => gradients?.alongTokens),
    ofTokenSums: over(({ gradients }) => gradients?.ofTokenSums),
    opposition: over(({ gradients }) => gradients?.opposition),
  };
}

const measuresOf = ({ td, Ld, rd }: DecelerationFit) => ({ td, Ld, rd });

const FIGURES = [
  ...["td", "Ld", "rd", "interference", "unseenInterference", "magnitude"],
  ...["alongTokens", "ofTokenSums", "opposition"],
];

function withoutBreak(why: Missing): Measured {
  return Object.fromEntries(FIGURES.map((name) => [name, why]));
}

/** The steps about one, of those that have a next. */
function stepsAround(middle: number, finished: number): number[] {
  const center = Math.min(Math.max(Math.round(middle), -AROUND[0] + 1), finished - 1 - AROUND[AROUND.length - 1]);
  return AROUND.map((offset) => center + offset);
}

/** How many models must decelerate for a trend over their sizes. */
const SIZES_OF_A_TREND = 3;

/** From the smallest model that decelerates to the largest, or the other way, one number of each; none of too few. */
function alongSizes(figures: readonly (Figure | undefined)[]): Figure {
  const numbers = figures.filter((figure) => typeof figure === "number");
  if (numbers.length >= SIZES_OF_A_TREND) return numbers;
  return missing(`${numbers.length} of ${figures.length} models decelerate; a trend needs ${SIZES_OF_A_TREND}`);
}

/** The last of a series: after the deceleration. */
const after = (figure: Figure | undefined): Figure | undefined =>
  figure !== undefined && Array.isArray(figure) ? figure[figure.length - 1] : figure;

const of = (numbers: readonly number[]): Pick<Experiment, "plans" | "claims"> => {
  const seeds = numbers.map((seed) => WIDTHS.map((width) => sizeOf(width, seed)));
  const claim = (name: string, says: string, figure: (sizes: readonly Measured[]) => Figure | undefined): Claim => ({
    ...{ name, says, source: "abstract", unit: "number", published: increases, tolerance: exact },
    measured: (runs) =>
      seeds.map((sizes) => figure(sizes.map(({ interference }) => runs(interference))) ?? missing("there is none")),
  });
  return {
    plans: seeds.flatMap((sizes) => sizes.flatMap(({ training, interference }) => [training, interference])),
    claims: [
      claim(
        "loss-at-deceleration",
        "Of the models that decelerate, from the largest to the smallest, learning does so at a higher loss.",
        (sizes) => alongSizes(sizes.toReversed().map(({ Ld }) => Ld)),
      ),
      claim(
        "rate-after-deceleration",
        "Of the models that decelerate, from the smallest to the largest, the loss falls faster after it.",
        (sizes) => alongSizes(sizes.map(({ rd }) => rd)),
      ),
      claim(
        "scale-mitigates",
        "Of the models that decelerate, from the largest to the smallest, interference D after it is higher.",
        (sizes) => alongSizes(sizes.toReversed().map(({ interference }) => after(interference))),
      ),
      ...WIDTHS.flatMap((width, i) => [
        claim(
          `interference-rises-${width}`,
          `At width ${width}, changes of tokens' losses interfere more and more: D before the deceleration, at it and after it.`,
          (sizes) => sizes[i].interference,
        ),
        claim(
          `opposition-rises-${width}`,
          `At width ${width}, gradients of tokens come to oppose each other: their interference before, at and after.`,
          (sizes) => sizes[i].alongTokens,
        ),
      ]),
    ],
  };
};

/** Four sizes on the shipped stories; published are models of 14M parameters and more on web text. */
export const zeroSumLearning: Experiment = {
  name: "zero-sum-learning",
  area: "interference",
  paper: zeroSumPaper,
  about: "Does learning decelerate where tokens' losses come to interfere, and less so in larger models?",
  minutes: 30,
  ...of([1, 2, 3]),
  on: of,
};
