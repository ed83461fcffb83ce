import { type Floats, floats } from "../../base/floats.js";
import { createRandom } from "../../base/random.js";
import { type Examples, pick } from "../../data/examples.js";
import { predictionsOf } from "../../models/model.js";
import { Engine } from "../../passes/engine.js";
import { bytesLeft } from "../../passes/memory-use.js";
import { Passes } from "../../passes/passes.js";
import type { Resources, TrainingProblem } from "../../passes/problem.js";
import { tokenGradientPass, tokenLossesPass } from "../../passes/standard-passes.js";
import { type GradientOpposition, OppositionMeter } from "./gradient-opposition.js";
import { type LossChanges, lossChanges } from "./loss-changes.js";

/** What is measured of, drawn once: the same tokens at every step. */
export interface InterferenceSample {
  /** Examples of each set whose tokens' losses are taken, or all where there are fewer. */
  readonly examples: number;
  /** Tokens of the training examples whose gradients are taken; 0 for none. */
  readonly tokens: number;
  /** Of the draw. */
  readonly seed: number;
}

/** Losses of the sample's tokens in nats, [examples, S], 0 where nothing is predicted. */
export interface SampleLosses {
  /** Of training text. */
  readonly train: Floats;
  /** Of the test set, which nothing learns from. */
  readonly unseen: Floats;
}

/** What two steps' losses are alike and unlike in, on both kinds of text. */
export interface SampleChanges {
  readonly train: LossChanges;
  readonly unseen: LossChanges;
}

/** theta[t], a gradient, the update, and in float64, which counts twice, the opposition meter's two sums and what they come to. */
const VECTORS = 9;

/**
 * Takes losses and gradients of single tokens. Losses are a forward pass over the sample, a third of a gradient of each
 * example. A gradient of one token is a pass of its own over its example, one gradient: attention mixes the places below a
 * loss, so that it is an outer product in the last layers alone. One is in memory at a time.
 */
export class InterferenceMeter {
  private readonly engine: Engine;
  private readonly train: SampledSet;
  private readonly unseen: SampledSet;
  private readonly single: Passes;
  /** Places of tokens in `train`'s losses. */
  private readonly gradientTokens: Int32Array;
  /** Whole numbers: sums of thirds depend on their order. */
  private forwardPasses = 0;

  /** @throws InputError where the memory does not suffice */
  constructor(problem: TrainingProblem, sample: InterferenceSample, resources: Resources = {}) {
    const { examples, tokens, seed } = sample;
    this.engine = new Engine(problem, resources);
    const random = (of: string) => createRandom(seed, `interference ${of}`);
    const draw = (set: Examples, of: string) =>
      new SampledSet(this.engine, pick(set, random(of).permutation(set.count).subarray(0, examples)));
    this.train = draw(problem.train, "train");
    this.unseen = draw(problem.test, "unseen");
    this.single = new Passes(this.engine, this.train.examples, 1);
    const { places } = this.train;
    this.gradientTokens = random("tokens")
      .permutation(places.length)
      .subarray(0, tokens)
      .map((i) => places[i]);
    bytesLeft(this.engine, {
      vectors: VECTORS,
      passes: [
        ...[this.train, this.unseen].map(({ passes }) => ({ over: passes, all: [tokenLossesPass] })),
        { over: this.single, rows: [tokenGradientPass] },
      ],
    });
  }

  /** What it cost so far, in gradients of one example. */
  get work(): number {
    return this.forwardPasses / 3;
  }

  /** The same of what is measured about a step, at most. */
  get workOfStep(): number {
    return (2 * this.sampled + 3 * this.gradientTokens.length) / 3;
  }

  private get sampled(): number {
    return this.train.examples.count + this.unseen.examples.count;
  }

  async losses(theta: Floats): Promise<SampleLosses> {
    this.forwardPasses += this.sampled;
    return { train: await this.train.losses(theta), unseen: await this.unseen.losses(theta) };
  }

  /** How losses changed from one step to another. */
  changes(before: SampleLosses, after: SampleLosses): SampleChanges {
    const of = (set: keyof SampleLosses) => lossChanges(before[set], after[set], this[set].places.length);
    return { train: of("train"), unseen: of("unseen") };
  }

  /** The mean losses, every token counting once, in nats. */
  means({ train, unseen }: SampleLosses): { readonly train: number; readonly unseen: number } {
    return { train: this.train.mean(train), unseen: this.unseen.mean(unseen) };
  }

  /** The tokens' gradients at theta[t] beside the update to theta[t + 1]; null where none are taken. */
  async opposition(theta: Floats, next: Floats): Promise<GradientOpposition | null> {
    if (this.gradientTokens.length === 0) return null;
    const meter = new OppositionMeter(
      this.engine.model,
      next.map((value, j) => value - theta[j]),
    );
    const gradient = floats(this.engine.dtype, theta.length);
    const { length } = this.train;
    const weights = floats(this.engine.dtype, length);
    for (const place of this.gradientTokens) {
      weights.fill(0)[place % length] = 1;
      await this.single.tokenGradient(theta, Int32Array.of(Math.floor(place / length)), weights, gradient);
      this.forwardPasses += 3;
      meter.add(gradient);
    }
    return meter.result();
  }

  /** Frees what the runtime holds. */
  release(): Promise<void> {
    return this.engine.release();
  }
}

/** Examples that are drawn from a set, and their tokens. */
class SampledSet {
  readonly passes: Passes;
  /** S. */
  readonly length: number;
  /** Where something is predicted: n S + s. */
  readonly places: Int32Array;

  constructor(
    private readonly engine: Engine,
    readonly examples: Examples,
  ) {
    this.passes = new Passes(engine, examples);
    this.length = predictionsOf(engine.model);
    this.places = placesOf(examples, this.length);
  }

  async losses(theta: Floats): Promise<Floats> {
    const losses = floats(this.engine.dtype, this.examples.count * this.length);
    await this.passes.tokenLosses(theta, losses);
    return losses;
  }

  mean(losses: Floats): number {
    return this.places.reduce((total, place) => total + losses[place], 0) / this.places.length;
  }
}

/** The places n S + s of all predictions that are not of padding. */
function placesOf({ count, fields: { tokens } }: Examples, length: number): Int32Array {
  const all = Int32Array.from({ length: count * length }, (_, place) => place);
  if (tokens === undefined) return all;
  const target = (place: number) => tokens.data[place + Math.floor(place / length) + 1];
  return all.filter((place) => target(place) > 0);
}
