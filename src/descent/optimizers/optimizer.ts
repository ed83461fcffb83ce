import type { Floats } from "../../passes/passes.js";

/** What an optimizer has learned of the gradients so far, by name. */
export type OptimizerState = Readonly<Record<string, Floats>>;

/** How a gradient moves theta. All arrays are flat and as long as theta. */
export interface Optimizer {
  /** Moves theta, in place, by one step along the gradient at learning rate `rate`. */
  update(theta: Floats, gradient: Floats, rate: number): void;
  /**
   * into <- the direction along which a step moves theta (by -rate * into) for `direction`, scaled as if `next` were the
   * next gradient, and without momentum: < precondition(grad L), grad l_n > is what example n contributes along the
   * optimizer's update. Linear in `direction` for one `next`.
   */
  precondition(direction: Floats, into: Floats, next?: Floats): void;
  /** The arrays are the optimizer's own and change with the next update. */
  state(): OptimizerState;
  /** Goes on from a state of an optimizer with the same settings, which is copied: the same numbers, bit for bit. */
  restore(state: OptimizerState): void;
}
