import { section } from "../../base/settings.js";
import {
  type AreaOf,
  projectedStep,
  type RuleState,
  type SearchPoint,
  type StepRule,
  type StepRuleFacts,
  stepRule,
} from "./step-rule.js";
import { lineSearch } from "./sufficient-decrease.js";

const GROWTH = 1.6;

/**
 * Proximal gradient whose step is found: epsilon is halved until J falls enough, and grows after every step that it did.
 */
export class Backtracking implements StepRule {
  readonly arrays = 0;
  private epsilon: number;

  constructor(private readonly facts: StepRuleFacts) {
    this.epsilon = facts.epsilon;
  }

  async improve(point: SearchPoint, areaOf: AreaOf, into: Float32Array): Promise<boolean> {
    const { blocks } = this.facts;
    const step = (epsilon: number) => projectedStep(point, epsilon, blocks, into);
    const found = await lineSearch(point, { blocks, areaOf, into }, this.epsilon, step);
    if (found === undefined) return false;
    this.epsilon = found * GROWTH;
    return true;
  }

  state(): RuleState {
    return { numbers: { epsilon: this.epsilon }, arrays: {} };
  }

  restore({ numbers }: RuleState): void {
    this.epsilon = numbers.epsilon;
  }
}

export const backtracking = stepRule({
  name: "backtracking",
  about: "halves epsilon until the area falls enough, lets it grow by 1.6 where it did",
  source: "Bertsekas 1976, On the Goldstein-Levitin-Polyak gradient projection method, IEEE TAC 21",
  settings: section({}),
  create: (_, facts) => new Backtracking(facts),
});
