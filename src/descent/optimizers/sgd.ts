import { type Floats, floats, norm } from "../../base/floats.js";
import { belowOne, notNegative, section } from "../../base/settings.js";
import { type Optimizer, type OptimizerFacts, type OptimizerState, optimizer } from "./optimizer.js";

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

  constructor(
    private readonly settings: SgdSettings,
    { parameters, dtype }: OptimizerFacts,
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
  precondition(direction: Floats, into: Floats): number {
    into.set(direction);
    return norm(into);
  }

  state(): OptimizerState {
    return { velocity: this.velocity };
  }

  restore({ velocity }: OptimizerState): void {
    this.velocity.set(velocity);
  }
}

export const sgd = optimizer({
  name: "sgd",
  about: "stochastic gradient descent with momentum",
  source: "Sutskever et al. 2013, On the importance of initialization and momentum in deep learning; as in PyTorch",
  learningRate: 0.1,
  norm: "l2",
  settings: section({
    momentum: belowOne().default(0.9).describe("mu; 0 for plain gradient descent"),
    weightDecay: notNegative().default(0).describe("lambda"),
  }),
  create: (settings, facts) => new Sgd(settings, facts),
});
