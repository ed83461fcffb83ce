import type { Floats } from "../../base/floats.js";
import { positive, section, whole } from "../../base/settings.js";
import { Backtracking } from "./backtracking.js";
import { type Pair, QuadraticModel } from "./quadratic-model.js";
import {
  type AreaOf,
  type RuleState,
  type SearchPoint,
  type StepRule,
  type StepRuleFacts,
  stepRule,
} from "./step-rule.js";
import { lineSearch } from "./sufficient-decrease.js";

interface QuasiNewtonSettings {
  readonly memory: number;
  readonly iterations: number;
  readonly boldness: number;
}

/** A pair whose gradient changed this little along the move, or against it, says nothing of a curvature. */
const LEAST_CURVATURE = 1e-8;

/** Of a model's minimisation: minimum, slope, direction and product. */
const WORKING_ARRAYS = 4;

/**
 * Projected quasi-Newton (Schmidt, van den Berg, Friedlander & Murphy 2009, algorithm 1), made for functions that are dear
 * and constraints that are cheap, as here: a projection costs nothing beside a trajectory. Every epoch minimises a quadratic
 * model of J over the policies, and goes toward that minimum p, the whole way or half of it as often as J must fall enough:
 *
 *   gamma <- gamma + alpha (p - gamma),   alpha = 1, 1/2, 1/4 ...
 *
 * The first step is one of `backtracking`.
 */
class QuasiNewton implements StepRule {
  readonly arrays: number;
  private pairs: (Pair & { readonly epoch: number })[] = [];
  /** The last move, and the gradient before it. */
  private last: { readonly epoch: number; readonly move: Floats; readonly gradient: Floats } | undefined;
  private readonly first: Backtracking;

  constructor(
    private readonly settings: QuasiNewtonSettings,
    private readonly facts: StepRuleFacts,
  ) {
    this.first = new Backtracking(facts);
    this.arrays = 3 * (settings.memory + 1) + WORKING_ARRAYS;
  }

  async improve(point: SearchPoint, areaOf: AreaOf, into: Float32Array): Promise<boolean> {
    this.learnFrom(point);
    const found =
      this.pairs.length === 0 ? await this.first.improve(point, areaOf, into) : await this.newton(point, areaOf, into);
    if (!found) return false;
    const move = into.map((weight, i) => weight - point.weights[i]);
    this.last = { epoch: point.epoch, move, gradient: point.gradient.slice() };
    return true;
  }

  private async newton(point: SearchPoint, areaOf: AreaOf, into: Float32Array): Promise<boolean> {
    const { blocks } = this.facts;
    const { iterations, boldness } = this.settings;
    const { move, change } = this.pairs[this.pairs.length - 1];
    // The usual sigma is the largest curvature that the pair can tell of. Most directions are far flatter.
    const sigma = blocks.dot(change, change) / blocks.dot(move, change) / boldness;
    const minimum = blocks.array();
    new QuadraticModel(blocks, sigma, this.pairs).minimise(point.weights, point.gradient, iterations, minimum);
    const toward = (alpha: number) => {
      for (let i = 0; i < into.length; i++) into[i] = point.weights[i] + alpha * (minimum[i] - point.weights[i]);
    };
    return (await lineSearch(point, { blocks, areaOf, into }, 1, toward)) !== undefined;
  }

  /** Makes a pair of the last move and of what the gradient has become. */
  private learnFrom({ gradient }: SearchPoint): void {
    if (this.last === undefined) return;
    const { blocks } = this.facts;
    const { epoch, move, gradient: before } = this.last;
    const change = gradient.map((value, i) => value - before[i]) as Floats;
    const curvature = blocks.dot(move, change);
    if (curvature > LEAST_CURVATURE * Math.sqrt(blocks.dot(move, move) * blocks.dot(change, change)))
      this.pairs = [...this.pairs, { epoch, move, change }].slice(-this.settings.memory);
    this.last = undefined;
  }

  state(): RuleState {
    const arrays: Record<string, Floats> = {};
    for (const { epoch, move, change } of this.pairs) {
      arrays[`move-${epoch}`] = move;
      arrays[`change-${epoch}`] = change;
    }
    if (this.last !== undefined) {
      arrays[`move-${this.last.epoch}`] = this.last.move;
      arrays[`gradient-${this.last.epoch}`] = this.last.gradient;
    }
    return { numbers: this.first.state().numbers, arrays };
  }

  restore({ numbers, arrays }: RuleState): void {
    this.first.restore({ numbers, arrays: {} });
    const epochs = Object.keys(arrays).flatMap((name) => /^move-(\d+)$/.exec(name)?.[1] ?? []);
    for (const epoch of epochs.map(Number).sort((a, b) => a - b)) {
      const move = arrays[`move-${epoch}`];
      const change = arrays[`change-${epoch}`];
      if (change !== undefined) this.pairs.push({ epoch, move, change });
      else this.last = { epoch, move, gradient: arrays[`gradient-${epoch}`] };
    }
  }
}

export const quasiNewton = stepRule({
  name: "quasi-newton",
  about: "steps to the minimum of a quadratic model of the area that the last steps tell, or part of the way to it",
  source:
    "Schmidt, van den Berg, Friedlander & Murphy 2009, Optimizing costly functions with simple constraints: a limited-memory projected quasi-Newton algorithm, AISTATS",
  settings: section({
    memory: whole(1, 100)
      .default(5)
      .describe("the steps that the model is made from; each takes three policies of memory"),
    iterations: whole(1).default(10).describe("projected gradient steps to the model's minimum"),
    boldness: positive()
      .default(2)
      .describe(
        "what the curvature of all that no step told of is divided by; more is faster, and overfits few desired examples sooner",
      ),
  }),
  create: (settings, facts) => new QuasiNewton(settings, facts),
});
