import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { Claim, Figure } from "./claims/claim.js";
import { equals, relative } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import {
  acceleration,
  accelerationOf,
  bothSearches,
  improvement,
  learningLaw,
  optimalLearning,
  publishedSearch,
  type Searches,
  scalingLaws,
} from "./optimal-learning.js";
import { search } from "./plans/search.js";

const coefficient = (searches: Searches, name: "B" | "beta", published: number): Claim => ({
  name: name === "B" ? "scaling-B" : "scaling-beta",
  says: `The best policy improves the coefficient ${name} of the scaling law by this share.`,
  source: "section 4.6",
  unit: "share",
  published: equals(published, { from: 0 }),
  tolerance: relative(0.1),
  measured: (runs) => searches.map((search) => improvement(runs(search), name)),
});

const claimsOf = (searches: Searches): Claim[] => [
  acceleration(searches, 2.41, "figure 5"),
  coefficient(searches, "B", 0.966),
  coefficient(searches, "beta", 0.212),
  {
    name: "predicted-acceleration",
    says: "The two scaling laws predict the acceleration at the end: predicted over measured.",
    source: "equation 9",
    unit: "number",
    published: equals(1),
    tolerance: relative(0.1),
    measured: (runs) => searches.map((search) => predictedOverMeasured(runs(search))),
  },
  ...learningLaw(searches, 0.5),
];

const PUBLISHED = publishedSearch(6, 0.4, 1);

function predictedOverMeasured(run: EvaluationSummary): Figure {
  const [laws, measured] = [scalingLaws(run), accelerationOf(run)];
  if ("missing" in laws) return laws;
  return typeof measured === "number" ? laws.predicted / measured : measured;
}

/** The published transformer's shape for two cores; published are T = 4,000 steps and N = 16,384 examples. */
export const transformerSmall: Experiment = {
  name: "transformer-small",
  area: "optimal learning",
  paper: optimalLearning,
  about: "Does a transformer learn as the learning law says, and does its scaling law improve?",
  minutes: 200,
  ...bothSearches(
    [search("transformer-small", "transformer-small", PUBLISHED)],
    [search("converging", "transformer-small")],
    claimsOf,
  ),
  on: (seeds) =>
    bothSearches(
      seeds.map((seed) => search(`seed-${seed}`, "transformer-small", [...PUBLISHED, `seed=${seed}`])),
      seeds.map((seed) => search(`converging-${seed}`, "transformer-small", [`seed=${seed}`])),
      claimsOf,
    ),
};
