import { type Floats, floats } from "../../base/floats.js";
import { belowOne, notNegative, section } from "../../base/settings.js";
import { type Optimizer, type OptimizerFacts, type OptimizerState, optimizer } from "./optimizer.js";

/** Keeps the division finite where a gradient has always been 0; the papers' value, and PyTorch's. */
const EPSILON = 1e-8;

/** How gradients are averaged and theta decays, in the symbols of the paper. */
export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  /** lambda, per step and unit of learning rate. */
  readonly weightDecay: number;
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2; Kingma & Ba 2015). With
 * gradient g of update t = 1, 2, ..:
 *
 *   m <- beta1 m + (1 - beta1) g,     v <- beta2 v + (1 - beta2) g^2
 *   theta <- theta - rate ( m-hat / (sqrt(v-hat) + epsilon) + lambda theta ),
 *   m-hat = m / (1 - beta1^t),        v-hat = v / (1 - beta2^t)
 *
 * The learning rate multiplies the decay too, as in PyTorch; all of theta decays.
 */
export class AdamW implements Optimizer {
  private readonly m: Floats;
  private readonly v: Floats;
  private readonly updates = Float64Array.of(0);

  constructor(
    private readonly settings: AdamWSettings,
    { parameters, dtype }: OptimizerFacts,
  ) {
    this.m = floats(dtype, parameters);
    this.v = floats(dtype, parameters);
  }

  update(theta: Floats, gradient: Floats, rate: number): void {
    const { m, v, updates } = this;
    const { beta1, beta2, weightDecay } = this.settings;
    const t = ++updates[0];
    // As PyTorch has it: the corrections outside of the loop, where each would be a division for every parameter.
    const corrected = rate / (1 - beta1 ** t);
    const root = 1 / Math.sqrt(1 - beta2 ** t);
    const kept = 1 - rate * weightDecay;
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i];
      const mean = beta1 * m[i] + (1 - beta1) * g;
      const square = beta2 * v[i] + (1 - beta2) * g * g;
      m[i] = mean;
      v[i] = square;
      theta[i] = kept * theta[i] - (corrected * mean) / (root * Math.sqrt(square) + EPSILON);
    }
  }

  /**
   * into <- direction / (sqrt(v-hat) + epsilon), v having seen `next` too: of what the training met rarely or never, such as
   * the embedding of a rare token, v alone is near 0, and one such number would be larger than all the rest.
   */
  precondition(direction: Floats, into: Floats, next = direction): number {
    const { v, updates } = this;
    const { beta2 } = this.settings;
    const root = 1 / Math.sqrt(1 - beta2 ** (updates[0] + 1));
    let squares = 0;
    for (let i = 0; i < into.length; i++) {
      const second = beta2 * v[i] + (1 - beta2) * next[i] * next[i];
      const scaled = direction[i] / (root * Math.sqrt(second) + EPSILON);
      into[i] = scaled;
      squares += scaled * scaled;
    }
    return Math.sqrt(squares);
  }

  state(): OptimizerState {
    return { m: this.m, v: this.v, updates: this.updates };
  }

  restore({ m, v, updates }: OptimizerState): void {
    this.m.set(m);
    this.v.set(v);
    this.updates.set(updates);
  }
}

export const adamw = optimizer({
  name: "adamw",
  about: "Adam with decoupled weight decay",
  source: "Loshchilov & Hutter 2019, Decoupled Weight Decay Regularization, arXiv:1711.05101, algorithm 2",
  learningRate: 0.003,
  settings: section({
    beta1: belowOne().default(0.9).describe("decay of the mean gradient"),
    beta2: belowOne().default(0.99).describe("decay of the mean squared gradient"),
    weightDecay: notNegative().default(0.1).describe("lambda, per step and unit of learning rate"),
  }),
  create: (settings, facts) => new AdamW(settings, facts),
});
