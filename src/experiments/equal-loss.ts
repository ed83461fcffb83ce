import { geometricMean } from "simple-statistics";
import { mean } from "../base/floats.js";
import type { StepInterference } from "../measures/interference/measure-interference.js";
import type { TrainingSummary } from "../runs/training/train-run.js";
import { type Claim, type Figure, type Missing, missing } from "./claims/claim.js";
import { atLeast, atMost, type Expectation, exact } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import { type Measured, type MeasurementContext, measurement } from "./plans/measurement.js";
import type { Plan } from "./plans/plan.js";
import { search } from "./plans/search.js";
import { descent, training } from "./plans/training.js";
import { zeroSumPaper } from "./zero-sum-learning.js";

const SEEDS = [1, 2, 3];
/** Half of the stories perturbed, so that there is something to choose; at a constant rate, for steps of one loss to be alike. */
const MINI_BATCHES = [
  ...["data.perturbed=0.5", "data.examples=8192", "training.optimizer=adamw", "training.schedule=constant"],
  ...["training.steps=1000", "training.batch=32", "training.warmup=10", "training.evaluateEvery=5"],
];
/** The losses at which two trainings are compared: those of the conventional one after these parts of its steps. */
const LEVELS = [1 / 8, 1 / 4, 3 / 8];
/** Steps around each, for what one step does depends on its batch. */
const AROUND = [-4, -2, 0, 2, 4];

/** A conventional training, one under a policy, and what is measured of both at equal losses. */
interface Pair {
  readonly before: readonly Plan[];
  readonly comparison: Plan<Measured>;
}

/** Mini-batches, weighed by the online law. */
function lawPair(seed: number): Pair {
  const of = (policy: string) =>
    training(`${policy}-${seed}`, "transformer-small", [...MINI_BATCHES, `training.policy=${policy}`, `seed=${seed}`]);
  return pair(`law-beside-uniform-${seed}`, [], of("uniform"), of("law"), AROUND);
}

/** Full batches, which repeat nothing by chance, weighed by the policy that a search finds. */
function searchPair(seed: number): Pair {
  const settings = [`seed=${seed}`];
  const searched = search(`search-${seed}`, "quickstart", settings);
  const conventional = descent(`conventional-${seed}`, "quickstart", settings, () => "uniform");
  const weighed = descent(`searched-${seed}`, "quickstart", settings, (runs) => runs(searched).run);
  return pair(`searched-beside-conventional-${seed}`, [searched], conventional, weighed, [0]);
}

function pair(
  name: string,
  searches: readonly Plan[],
  conventional: Plan<TrainingSummary>,
  weighed: Plan<TrainingSummary>,
  around: readonly number[],
): Pair {
  const comparison = measurement(name, weighed.preset, weighed.settings, (context) =>
    atEqualLosses(context.runs(conventional), context.runs(weighed), context, around),
  );
  return { before: [...searches, conventional, weighed], comparison };
}

/** What is compared, of a step's measurement on unseen text: from t to 2t, and from t to t + 1. */
const COMPARED: Readonly<Record<string, (measured: StepInterference) => number | null | undefined>> = {
  Interference: ({ doubled }) => doubled?.unseen.interference,
  Magnitude: ({ doubled }) => doubled?.unseen.magnitude,
  StepInterference: ({ next }) => next.unseen.interference,
  StepMagnitude: ({ next }) => next.unseen.magnitude,
};

/**
 * Interference on unseen text where two trainings have the same loss there: `conventionalInterference` and
 * `weighedInterference`, at every level, and so on.
 *
 * @param around steps measured about each, relative to it, the first the earliest
 */
export async function atEqualLosses(
  conventional: TrainingSummary,
  weighed: TrainingSummary,
  { runs: _, directory: __, config: ___, onProgress, ...resources }: MeasurementContext,
  around: readonly number[],
): Promise<Measured> {
  const { measureRunInterference } = await import("../runs/interference/measure-run.js");
  const steps = conventional.testCurve.length;
  const levels = LEVELS.map((part) => conventional.testCurve[Math.round(part * steps) - 1]);
  const measured: Record<string, Figure> = {};
  for (const [i, [name, { run, testCurve }]] of Object.entries({ conventional, weighed }).entries()) {
    const reached = levels.map((level) => testCurve.findIndex((loss) => loss <= level) + 1);
    if (reached.includes(0)) return without(missing("under the policy not every loss is reached"));
    const places = reached.map((step) => around.map((offset) => Math.max(step, 1 - around[0]) + offset));
    const found = await measureRunInterference(run, {
      ...resources,
      ...{ steps: places.flat(), examples: 256, tokens: 0, transient: 0 },
      onProgress: (step, fraction) => onProgress?.((i + fraction) / 2, `interference, step ${step}`),
    });
    measured[`${name}Step`] = reached;
    for (const [figure, of] of Object.entries(COMPARED))
      measured[name + figure] = places.map((steps) => {
        const about = found.steps.filter(({ step }) => steps.includes(step));
        return mean(Float64Array.from(about, (step) => of(step) ?? Number.NaN));
      });
  }
  return measured;
}

const without = (why: Missing): Measured =>
  Object.fromEntries(
    Object.keys(COMPARED)
      .flatMap((name) => [`conventional${name}`, `weighed${name}`])
      .map((name) => [name, why]),
  );

/** A positive figure under the policy, relative to the conventional training's: the geometric mean over the losses. */
function relative(measured: Measured, name: string, positive: (figure: number) => number): Figure {
  const [before, under] = [measured[`conventional${name}`], measured[`weighed${name}`]];
  if (before !== undefined && under !== undefined && Array.isArray(before) && Array.isArray(under))
    return geometricMean(before.map((figure, i) => positive(under[i]) / positive(figure)));
  return (before as Missing | undefined) ?? missing("nothing was compared");
}

function claimsOf(name: string, whose: string, pairs: readonly Pair[]): Claim[] {
  const claim = (
    ending: string,
    says: string,
    published: Expectation,
    figure: (measured: Measured) => Figure,
  ): Claim => ({
    ...{
      name: `${name}-${ending}`,
      says,
      source: "abstract, as a hypothesis",
      unit: "times",
      published,
      tolerance: exact,
    },
    measured: (runs) => pairs.map(({ comparison }) => figure(runs(comparison))),
  });
  const uncancelled = (interference: number) => 1 - interference;
  const at = `Where the loss on unseen text is the same, under ${whose}`;
  return [
    claim(
      "interference",
      `${at} less of the changes of tokens' losses from t to 2t is cancelled: 1 - D, relative to conventional learning.`,
      atLeast(1),
      (measured) => relative(measured, "Interference", uncancelled),
    ),
    claim(
      "interference-of-a-step",
      `${at} less of the changes of one step is cancelled: 1 - D, relative to conventional learning.`,
      atLeast(1),
      (measured) => relative(measured, "StepInterference", uncancelled),
    ),
    claim(
      "magnitude",
      `${at} tokens' losses do not change more from t to 2t: M, relative to conventional learning.`,
      atMost(1),
      (measured) => relative(measured, "Magnitude", (magnitude) => magnitude),
    ),
  ];
}

const of = (seeds: readonly number[]): Pick<Experiment, "plans" | "claims"> => {
  const [law, searched] = [seeds.map(lawPair), seeds.map(searchPair)];
  return {
    plans: [...law, ...searched].flatMap(({ before, comparison }) => [...before, comparison]),
    claims: [
      ...claimsOf("law", "the law's weights", law),
      ...claimsOf("searched", "the weights that a search found", searched),
    ],
  };
};

/** Where the two theories meet: optimal learning weighs examples, and interference is what slows learning down. */
export const equalLoss: Experiment = {
  name: "equal-loss",
  area: "interference",
  paper: zeroSumPaper,
  about: "Do weights that speed learning up lower the interference of tokens' losses at an equal loss?",
  minutes: 40,
  ...of(SEEDS),
  on: of,
};
