import { type Floats, floats } from "../../passes/passes.js";
import type { FloatType } from "../../passes/programs.js";
import type { Optimizer, OptimizerState } from "./optimizer.js";

/** How long a gradient has its say, and how theta decays. */
export interface SgdSettings {
  /** mu; 0 for plain gradient descent. */
  readonly momentum: number;
  /** lambda. */
  readonly weightDecay: number;
}

/**
 * Stochastic gradient descent with momentum, as in PyTorch (torch.optim.SGD with dampening 0; Sutskever et al. 2013, but
 * that the learning rate is outside of the velocity). With gradient g and a velocity b that begins at 0:
 *
 *   b <- mu b + g + lambda theta,     theta <- theta - rate b
 */
export class Sgd implements Optimizer {
  private readonly velocity: Floats;

  /** @param parameters P, the length of theta */
  constructor(
    private readonly settings: SgdSettings,
    parameters: number,
    dtype: FloatType,
  ) {
    this.velocity = floats(dtype, parameters);
  }

  update(theta: Floats, gradient: Floats, rate: number): void {
    const { velocity } = this;
    const { momentum, weightDecay } = this.settings;
    for (let i = 0; i < theta.length; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i] + weightDecay * theta[i];
      theta[i] -= rate * velocity[i];
    }
  }

  /** into <- direction: every parameter moves as its gradient says. */
  precondition(direction: Floats, into: Floats): void {
    into.set(direction);
  }

  state(): OptimizerState {
    return { velocity: this.velocity };
  }

  restore({ velocity }: OptimizerState): void {
    this.velocity.set(velocity);
  }
}
