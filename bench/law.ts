import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
import { Training } from "../src/training/training.js";
import { createPolicy } from "../src/training/weighting/create-policy.js";
import { median } from "./timing.js";

const ROUNDS = 5;
/** Steps of each training in a round: in eight the law measures at least once. */
const STEPS = 8;
/** Steps before the first round, in which programs for all sizes of batch are compiled. */
const WARM_UP = 16;

/** Half of the stories perturbed, so that there is something to leave out; the models have 0.09, 0.23 and 1.7 M parameters. */
const STORIES = ["data.perturbed=0.5", "data.examples=4096", "training.optimizer=adamw", "training.schedule=constant"];
const SIZES = {
  lawSecondsSmallest: ["quickstart", "model.width=44", "model.feedForward=176"],
  lawSecondsSmall: ["transformer-small"],
  lawSecondsLarge: ["transformer", "data.desiredExamples=256"],
} as const;

/** Seconds that a gradient of one example takes in a training under the law, measuring counted as the work it is / in a plain one. */
export type LawBench = Readonly<Record<keyof typeof SIZES, number>>;

/** Trainings under the law in turns with plain ones on the same text. */
export async function lawBench(): Promise<LawBench> {
  const ratios: [string, number][] = [];
  for (const [name, [preset, ...settings]] of Object.entries(SIZES))
    ratios.push([name, await lawToPlain(preset, settings)]);
  return Object.fromEntries(ratios) as LawBench;
}

async function lawToPlain(preset: string, given: readonly string[]): Promise<number> {
  const config = resolveConfig(preset, [...STORIES, ...given]);
  const { problem } = await buildProblem(config);
  const settings = { ...config.training!, seed: config.seed };
  const { policy } = await createPolicy({ name: "law" }, problem, settings);
  const trainings = { law: new Training(problem, settings, { policy }), plain: new Training(problem, settings) };
  const secondsPerGradient = async (training: Training, steps: number) => {
    const [start, work] = [performance.now(), training.work];
    for (let t = 0; t < steps; t++) await training.step();
    return (performance.now() - start) / 1000 / (training.work - work);
  };
  for (const training of Object.values(trainings)) await secondsPerGradient(training, WARM_UP);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const plain = await secondsPerGradient(trainings.plain, STEPS);
    rounds.push((await secondsPerGradient(trainings.law, STEPS)) / plain);
  }
  for (const training of Object.values(trainings)) await training.release();
  return median(rounds);
}
