import type { ScalingComparison } from "../curves/scaling-comparison.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { EpochEvaluation } from "../runs/evaluation/evaluation.js";
import { type Claim, type Figure, type Missing, missing, orMissing, seriesOf } from "./claims/claim.js";
import { absolute, atLeast, equals, exact, increases, relative, tendsTo } from "./claims/expectation.js";
import type { Paper } from "./experiment.js";
import type { Plan } from "./plans/plan.js";

/*
 * What several experiments on the optimal learning of Gu et al. 2024 share. The paper's data are not public in full and
 * its transformers are larger: a published number counts as reproduced within a tenth of it, everywhere.
 */

export const optimalLearning: Paper = {
  authors: "Gu et al.",
  year: 2024,
  title: "Towards Optimal Learning of Language Models",
  where: "arXiv:2402.17759",
};

/** Searches of one kind, on several seeds. */
export type Searches = readonly Plan<EvaluationSummary>[];

/** What was evaluated of the best policy. */
export function best(run: EvaluationSummary): EpochEvaluation {
  return run.epochs.find(({ epoch }) => epoch === run.best)!;
}

/**
 * A figure of conventional learning and of the best policy.
 *
 * @param why there is none where one of them has none, as a clause
 */
export function change(
  run: EvaluationSummary,
  figure: (epoch: EpochEvaluation) => number | null,
  why = "an epoch has no such figure",
): Figure {
  return seriesOf([run.epochs[0], best(run)].map((epoch) => figure(epoch) ?? missing(why)));
}

/** The scaling laws of a run; missing where its curves follow none, or do not decide them. */
export function scalingLaws({ scaling }: EvaluationSummary): ScalingComparison | Missing {
  if (scaling === null) return missing("the best policy is not evaluated");
  if ("refused" in scaling) return missing(scaling.refused);
  return scaling.undecided === null ? scaling : missing(scaling.undecided);
}

/** How much better the best policy's coefficient of the scaling law is, as a share. */
export function improvement(run: EvaluationSummary, coefficient: "B" | "beta"): Figure {
  const laws = scalingLaws(run);
  return "missing" in laws ? laws : laws.improvement[coefficient];
}

/** How many times sooner the best policy reaches the final test loss of conventional learning. */
export function accelerationOf(run: EvaluationSummary): number | Missing {
  const { acceleration } = best(run);
  if (acceleration !== null) return acceleration;
  return missing(
    run.baselineFalls
      ? "the final test loss of conventional learning is never reached"
      : "the test loss of conventional learning does not fall to its end",
  );
}

/** At the end of learning. */
export const acceleration = (searches: Searches, published: number, source: string): Claim => ({
  name: "acceleration",
  says: "The best policy reaches the final test loss of conventional learning sooner by this factor.",
  source,
  unit: "times",
  published: equals(published, { from: 1 }),
  tolerance: relative(0.1),
  measured: (runs) => searches.map((search) => accelerationOf(runs(search))),
});

/** The published search in settings: a step that falls by schedule in so many epochs, and weights of their own for every step. */
export const publishedSearch = (epochs: number, epsilon: number, keepEvery: number): string[] => [
  ...["search.step=scheduled", "search.block=1"],
  ...[`search.epochs=${epochs}`, `search.epsilon=${epsilon}`, `search.keepEvery=${keepEvery}`],
];

/** The plans and claims of an experiment that searches in the published way, and nearer to the optimum beside it. */
export const bothSearches = (published: Searches, near: Searches, claimsOf: (searches: Searches) => Claim[]) => ({
  plans: [...published, ...near],
  claims: [...claimsOf(published), ...converging(claimsOf(near))],
});

/** Claims held against searches that come nearer to the optimum than the published one, under names of their own. */
const converging = (claims: readonly Claim[]): Claim[] =>
  claims.map((claim) => ({
    ...claim,
    name: `${claim.name}-converging`,
    says: `Under a search that finds its steps: ${claim.says[0].toLowerCase()}${claim.says.slice(1)}`,
  }));

/** The figures of section 4.2 to 4.5 that hold for any model. `noise` is the share of the examples that are spoiled. */
export const learningLaw = (searches: Searches, noise: number): Claim[] => [
  {
    name: "compression-ratio",
    says: "The compression ratio rises from conventional learning to the best policy.",
    source: "figure 4",
    unit: "number",
    published: increases,
    tolerance: exact,
    measured: (runs) => searches.map((search) => change(runs(search), (epoch) => epoch.compressionRatio)),
  },
  {
    name: "similarity-correlation",
    says: "The higher the compression ratio of a policy, the more alike the contributions of its examples: rank correlation of SIM with log CR, of which we ask 0.9.",
    source: "figures 6 and 7",
    unit: "number",
    published: atLeast(0.9, { from: 0 }),
    tolerance: exact,
    measured: (runs) =>
      searches.map((search) =>
        orMissing(runs(search).similarityCorrelation, "the policies that were evaluated are too few or do not differ"),
      ),
  },
  {
    name: "similarity",
    says: "The similarity of contributions (SIM) rises from conventional learning to the best policy.",
    source: "figure 7",
    unit: "number",
    published: increases,
    tolerance: exact,
    measured: (runs) => searches.map((search) => change(runs(search), (epoch) => epoch.similarity, "SIM has no value")),
  },
  {
    name: "non-positive-zero",
    says: "Examples whose contribution is not positive have no weight: the share of zero weights among them.",
    source: "figure 8",
    unit: "share",
    published: tendsTo(1),
    tolerance: absolute(0.1),
    measured: (runs) =>
      searches.map((search) =>
        change(runs(search), (epoch) => epoch.nonPositiveZeroShare, "every contribution is positive"),
      ),
  },
  {
    name: "zero-on-noise",
    says: "Noisy examples are excluded: the share of all zero weights that lies on them, of which we ask 85%.",
    source: "section 4.5",
    unit: "share",
    published: atLeast(0.85, { from: noise }),
    tolerance: exact,
    measured: (runs) =>
      searches.map((search) =>
        orMissing(best(runs(search)).zeroPerturbedShare, "no weight is zero, or no example is noisy"),
      ),
  },
  {
    name: "redundant-low",
    says: "Redundant examples lose their weight: of those that contribute, a large fraction (as we read it, half) has less than 0.2 of the uniform weight.",
    source: "figure 10",
    unit: "share",
    published: atLeast(0.5, { from: 0 }),
    tolerance: exact,
    measured: (runs) =>
      searches.map((search) => orMissing(best(runs(search)).positiveLowShare, "no example contributes")),
  },
];
