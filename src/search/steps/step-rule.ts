import type { z } from "zod";
import type { Component, Declared } from "../../base/component.js";
import { InputError } from "../../base/errors.js";
import { allFinite, type Floats } from "../../base/floats.js";
import type { PolicyBlocks } from "../policy-blocks.js";
import { projectOntoSimplex } from "../simplex.js";

/** Where a search stands. The arrays are R x N, and the search's own: they change when it moves on. */
export interface SearchPoint {
  readonly epoch: number;
  readonly weights: Float32Array;
  /** J in nats. */
  readonly area: number;
  /** dJ/dgamma, the mean over each row's steps. */
  readonly gradient: Floats;
}

/** Learns under the weights, and returns J in nats: a trajectory. Infinity where learning diverges under them. */
export type AreaOf = (weights: Float32Array) => Promise<number>;

/** What a rule must remember to go on as if it had never stopped. */
export interface RuleState {
  readonly numbers: Readonly<Record<string, number>>;
  /** R x N, by names that stand for one content for good: they need to be written but once, and do not change. */
  readonly arrays: Readonly<Record<string, Floats>>;
}

/** How a search steps from a policy to a better one. */
export interface StepRule {
  /** R x N arrays of numbers that it holds at most. */
  readonly arrays: number;
  /**
   * into <- better weights. The last that it asks the area of are these, or it returns false: it finds none, and the search
   * has converged as far as it can tell.
   */
  improve(point: SearchPoint, areaOf: AreaOf, into: Float32Array): Promise<boolean>;
  state(): RuleState;
  /** Goes on from a state of a rule with the same settings, whose arrays become the rule's own. */
  restore(state: RuleState): void;
}

/** What every rule is made for. */
export interface StepRuleFacts {
  readonly blocks: PolicyBlocks;
  /** E. */
  readonly epochs: number;
  /** epsilon_0, the first step. */
  readonly epsilon: number;
}

/** A rule that has made no step yet comes out of `create`. */
export type StepRuleComponent = Component<StepRuleFacts, StepRule>;

/** Declares a rule. */
export function stepRule<Schema extends z.ZodObject>(declared: Declared<StepRuleComponent, Schema>): StepRuleComponent {
  return declared as unknown as StepRuleComponent;
}

/** into <- Projection(weights - epsilon gradient), row by row. Throws InputError where the step is beyond all numbers. */
export function projectedStep(
  { weights, gradient, epoch }: SearchPoint,
  epsilon: number,
  blocks: PolicyBlocks,
  into: Float32Array,
): void {
  for (let i = 0; i < into.length; i++) into[i] = weights[i] - epsilon * gradient[i];
  if (!allFinite(into)) throw new InputError(`the policy of epoch ${epoch + 1} is not finite; lower search.epsilon`);
  for (let r = 0; r < blocks.rows; r++) projectOntoSimplex(blocks.row(into, r));
}
