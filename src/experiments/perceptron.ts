import { type Claim, orMissing } from "./claims/claim.js";
import { atLeast, exact } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import {
  acceleration,
  best,
  bothSearches,
  learningLaw,
  optimalLearning,
  publishedSearch,
  type Searches,
} from "./optimal-learning.js";
import { search } from "./plans/search.js";

const NOISE = 0.05;

function on(seeds: readonly number[]): Pick<Experiment, "plans" | "claims"> {
  const published = seeds.map((seed) =>
    search(`seed-${seed}`, "perceptron", [FLIPPED, ...publishedSearch(500, 0.001, 50), `seed=${seed}`]),
  );
  // With 512 desired examples a search that converges fits these better than unseen ones.
  const near = seeds.map((seed) =>
    search(`converging-${seed}`, "perceptron", [FLIPPED, "data.desiredExamples=8192", ...NEAR, `seed=${seed}`]),
  );
  return bothSearches(published, near, claimsOf);
}

const FLIPPED = `data.labelNoise=${NOISE}`;
const NEAR = ["search.epochs=80", "search.keepEvery=20", "search.step.name=quasi-newton", "search.step.boldness=5"];

const claimsOf = (searches: Searches): Claim[] => [
  acceleration(searches, 5.5, "figure 5"),
  ...learningLaw(searches, NOISE),
  {
    name: "perfect-low",
    says: "Perfectly learned examples are ignored: more than 90% of them have less than 0.2 of the uniform weight.",
    source: "figure 9",
    unit: "share",
    published: atLeast(0.9, { from: 0 }),
    tolerance: exact,
    measured: (runs) =>
      searches.map((search) => orMissing(best(runs(search)).perfectLowShare, "no example is perfectly learned")),
  },
];

/** The perceptron at published size, 5% of its labels flipped. Its minutes were measured on one core. */
export const perceptron: Experiment = {
  name: "perceptron",
  area: "optimal learning",
  paper: optimalLearning,
  about: "Does a perceptron learn as the learning law says under the policy that a search finds?",
  minutes: 110,
  ...on([1, 2, 3, 4, 5]),
  on,
};
