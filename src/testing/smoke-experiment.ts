import {
  atLeast,
  atMost,
  equals,
  exact,
  increases,
  relative,
  standardErrors,
} from "../experiments/claims/expectation.js";
import type { Experiment } from "../experiments/experiment.js";
import { acceleration, best, change } from "../experiments/optimal-learning.js";
import { measurement } from "../experiments/plans/measurement.js";
import { search } from "../experiments/plans/search.js";
import { training } from "../experiments/plans/training.js";
import { tinyPerceptronSettings } from "./runs.js";

const SEEDS = [1, 2];
export const searches = SEEDS.map((seed) =>
  search(`seed-${seed}`, "perceptron", [...tinyPerceptronSettings, "learning.steps=60", `seed=${seed}`]),
);
const trainings = (policy: string) =>
  SEEDS.map((seed) =>
    training(`${policy}-${seed}`, "perceptron", [
      ...[...tinyPerceptronSettings, "data.labelNoise=0.3", "training.steps=40", "training.batch=8"],
      ...["training.warmup=0", "training.learningRate=0.1"],
      ...[`training.policy=${policy}`, `seed=${seed}`],
    ]),
  );
const [conventional, greedy] = ["uniform", "greedy"].map(trainings);
const areas = measurement("areas", "perceptron", tinyPerceptronSettings, async ({ config, runs }) => ({
  inputs: config.data.examples,
  mean: searches.reduce((sum, search) => sum + best(runs(search)).testArea, 0) / searches.length,
}));

/** Every kind of plan and of claim, in a few seconds. */
export const smoke: Experiment = {
  name: "smoke",
  area: "optimal learning",
  paper: { authors: "Nobody & al.", year: 2024, title: "On <Smoke>", where: "nowhere" },
  about: "Does everything work?",
  minutes: 1,
  plans: [...searches, ...conventional, ...greedy, areas],
  claims: [
    acceleration(searches, 5.5, "figure 1"),
    {
      name: "compression-ratio",
      says: "The compression ratio rises.",
      source: "figure 2",
      unit: "number",
      published: increases,
      tolerance: exact,
      measured: (runs) => searches.map((search) => change(runs(search), (epoch) => epoch.compressionRatio)),
    },
    {
      name: "greedy-not-worse",
      says: "Under greedy the final test loss is not higher, by pairs of the same seed.",
      source: "figure 3",
      unit: "number",
      published: atMost(0),
      tolerance: standardErrors(2),
      measured: (runs) => greedy.map((one, i) => runs(one).finalTestLoss - runs(conventional[i]).finalTestLoss),
    },
    {
      name: "falls",
      says: "The area is a hundred nats.",
      source: "figure 4",
      unit: "number",
      published: atLeast(100),
      tolerance: relative(0.1),
      measured: (runs) => [runs(areas).mean],
    },
    {
      name: "nothing",
      says: "What cannot be measured is one.",
      source: "figure 5",
      unit: "share",
      published: equals(1),
      tolerance: relative(0.1),
      measured: (runs) => [runs(areas).inputs, Number.NaN],
    },
  ],
};
