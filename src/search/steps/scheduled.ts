import { section } from "../../base/settings.js";
import { projectedStep, type StepRule, stepRule } from "./step-rule.js";

/**
 * Proximal gradient with a step that falls by a schedule, whatever comes of it (Gu et al. 2024, equation 6):
 *
 *   gamma[t] <- Projection(gamma[t] - epsilon_e dJ/dgamma[t])  for every t,  epsilon_e = epsilon_0 (1 - e/E)
 */
export const scheduled = stepRule({
  name: "scheduled",
  about: "the published one: epsilon falls by equal steps to epsilon / E, and no step is refused",
  source: "Gu et al. 2024, Towards Optimal Learning of Language Models, arXiv:2402.17759, equation 6",
  settings: section({}),
  create: (_, { blocks, epochs, epsilon }): StepRule => ({
    arrays: 0,
    async improve(point, areaOf, into) {
      projectedStep(point, epsilon * (1 - point.epoch / epochs), blocks, into);
      await areaOf(into);
      return true;
    },
    state: () => ({ numbers: {}, arrays: {} }),
    restore: () => {},
  }),
});
