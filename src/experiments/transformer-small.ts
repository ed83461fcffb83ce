import type { Claim } from "./claims/claim.js";
import { equals, relative } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import { acceleration, best, improvement, learningLaw, optimalLearning } from "./optimal-learning.js";
import { search } from "./plans/search.js";

const run = search("transformer-small", "transformer-small");

const coefficient = (name: "B" | "beta", published: number): Claim => ({
  name: name === "B" ? "scaling-B" : "scaling-beta",
  says: `The best policy improves the coefficient ${name} of the scaling law by this share.`,
  source: "section 4.6",
  unit: "share",
  published: equals(published, { from: 0 }),
  tolerance: relative(0.1),
  measured: (runs) => [improvement(runs(run), name)],
});

/** The published transformer's shape for two cores; published are T = 4,000 steps and N = 16,384 examples. */
export const transformerSmall: Experiment = {
  name: "transformer-small",
  area: "optimal learning",
  paper: optimalLearning,
  about: "Does a transformer learn as the learning law says, and does its scaling law improve?",
  minutes: 120,
  plans: [run],
  claims: [
    acceleration([run], 2.41, "figure 5"),
    coefficient("B", 0.966),
    coefficient("beta", 0.212),
    {
      name: "predicted-acceleration",
      says: "The two scaling laws predict the acceleration at the end: predicted over measured.",
      source: "equation 9",
      unit: "number",
      published: equals(1),
      tolerance: relative(0.1),
      measured: (runs) => {
        const { scaling } = runs(run);
        const { acceleration } = best(runs(run));
        return [
          scaling === null || "refused" in scaling || acceleration === null ? null : scaling.predicted / acceleration,
        ];
      },
    },
    ...learningLaw([run], 0.5),
  ],
};
