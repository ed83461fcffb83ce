import type { z } from "zod";
import type { Component, Declared } from "../../base/component.js";
import type { Floats, FloatType } from "../../base/floats.js";
import type { Norm } from "../schedules/refinement.js";

/** What an optimizer has learned of the gradients so far, by name. */
export type OptimizerState = Readonly<Record<string, Floats>>;

/** How a gradient moves theta. All arrays are flat and as long as theta. */
export interface Optimizer {
  /** Moves theta, in place, by one step along the gradient at learning rate `rate`. */
  update(theta: Floats, gradient: Floats, rate: number): void;
  /**
   * into <- the direction along which a step moves theta (by -rate * into) for `direction`, scaled as if `next` were the
   * next gradient, and without momentum: < precondition(grad L), grad l_n > is what example n contributes along the
   * optimizer's update. Linear in `direction` for one `next`. Returns |into|.
   */
  precondition(direction: Floats, into: Floats, next?: Floats): number;
  /** The arrays are the optimizer's own and change with the next update. */
  state(): OptimizerState;
  /** Goes on from a state of an optimizer with the same settings, which is copied: the same numbers, bit for bit. */
  restore(state: OptimizerState): void;
}

/** What every optimizer is made for. */
export interface OptimizerFacts {
  /** P, the length of theta. */
  readonly parameters: number;
  readonly dtype: FloatType;
}

/** An optimizer that has seen no gradient yet comes out of `create`. */
export interface OptimizerComponent extends Component<OptimizerFacts, Optimizer> {
  /** The peak of the learning rate where none is given: the scale of a good one differs from optimizer to optimizer. */
  readonly learningRate: number;
  /**
   * In which norm gradients are measured to refine its schedule (Defazio et al. 2023): l2 where a step is along the gradient.
   * By default l1, where every parameter has a scale of its own.
   */
  readonly norm?: Norm;
}

/** Declares an optimizer. */
export function optimizer<Schema extends z.ZodObject>(
  declared: Declared<OptimizerComponent, Schema>,
): OptimizerComponent {
  return declared as unknown as OptimizerComponent;
}
