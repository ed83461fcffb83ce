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
import { expectedChange, invisible, sufficientDecrease } from "./sufficient-decrease.js";

const GROWTH = 1.6;
const SHRINKAGE = 0.5;

/**
 * Proximal gradient whose step is found: epsilon is halved until J falls enough, and grows after every step that it did.
 * A refused step costs a trajectory.
 */
export class Backtracking implements StepRule {
  readonly arrays = 0;
  private epsilon: number;

  constructor(private readonly facts: StepRuleFacts) {
    this.epsilon = facts.epsilon;
  }

  async improve(point: SearchPoint, areaOf: AreaOf, into: Float32Array): Promise<boolean> {
    const { blocks } = this.facts;
    for (;;) {
      projectedStep(point, this.epsilon, blocks, into);
      const expected = expectedChange(point, into, blocks);
      if (invisible(point.area, expected)) return false;
      if (sufficientDecrease(point.area, expected, await areaOf(into))) break;
      this.epsilon *= SHRINKAGE;
    }
    this.epsilon *= GROWTH;
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
