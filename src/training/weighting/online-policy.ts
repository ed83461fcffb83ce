import type { Floats } from "../../base/floats.js";
import type { Pass } from "../../passes/pass.js";
import { lossesPass } from "../../passes/standard-passes.js";
import type { PreparationOptions } from "./preparation.js";

/** What a policy can be told of a training example at theta[t]: a number. */
export interface Quantity {
  /** "the loss of training example 3 is NaN". */
  readonly inWords: string;
  /** What computes it, one forward pass, and its result with a number an example; undefined of contributions. */
  readonly measured?: { readonly pass: Pass; readonly result: string };
}

/**
 * < d, grad l_n >, d being the direction in which the optimizer would move theta for the desired text: how much a step on
 * the example lowers the desired loss. What measures it is the `ContributionMeter`. DESIGN 2.8.
 */
export const contribution: Quantity = { inWords: "contribution" };

/** l_n, nats. */
export const loss: Quantity = { inWords: "loss", measured: { pass: lossesPass, result: "losses" } };

/** What a policy asks about examples. */
export interface Question {
  readonly quantity: Quantity;
  /** Before it weighs the step's batch, or after: then most of a contribution comes out of the training pass. */
  readonly when: "before" | "after";
}

/** What a policy is told of the examples that it asked about. */
export interface Observation {
  /** Those asked about, 0 .. N - 1; the same one may be there twice. */
  readonly examples: Int32Array;
  /** The quantity of each. */
  readonly values: Float64Array;
  /** Of contributions: how far two halves of the desired set agree on them, 1 at most (agreement.ts); else 1. */
  readonly agreement: number;
  /** Contributions to the validation set, where its whole gradient is known (`ContributionMeter`). */
  readonly heldOut?: Float64Array;
}

/** Arrays by name that a checkpoint keeps; they may be the owner's own. */
export type PolicyState = Readonly<Record<string, Floats>>;

/** A policy that is made while the training runs: it weighs the examples of every batch. */
export interface OnlinePolicy {
  /** Undefined if it asks nothing, ever. */
  readonly question: Question | undefined;
  /** The examples of step t = 0, 1, .., where it chooses them itself; undefined, or absent, where it takes them as they come. */
  rows?(step: number): Int32Array | undefined;
  /** The places in the rows of step t = 0, 1, .. of the examples it asks about; undefined if it asks nothing in this step. */
  asked(step: number, rows: Int32Array): Int32Array | undefined;
  /** A distribution over the rows of the batch (`weighing.ts`). */
  weigh(step: number, rows: Int32Array): Float64Array;
  /** Is told what it asked in this step. Throws Error if a value is not finite, naming the example. */
  observe(step: number, observation: Observation): void;
  /**
   * Computes what it must know before the first step; absent where that is nothing.
   *
   * @returns what it cost, in gradients of one example
   */
  prepare?(options: PreparationOptions): Promise<number>;
  /** Bytes that it holds beside its state, where these grow with the problem. */
  readonly bytes?: number;
  /** All that going on from here needs. An array `weights` in it is the belief in each of the N examples, from 0 to 1. */
  state(): PolicyState;
  /** Goes on from the state of a policy of the same kind, examples and batch: the same weights, bit for bit. */
  restore(state: PolicyState): void;
}

/** What every policy is made from. */
export interface PolicyFacts {
  /** N. */
  readonly examples: number;
  /** B. */
  readonly batch: number;
  /** For policies that draw. */
  readonly seed: number;
}
