import { InputError } from "../../base/errors.js";
import { type Floats, type FloatType, floats, norm } from "../../base/floats.js";
import { clippingFactor } from "../../descent/gradient-clipping.js";
import type { Optimizer } from "../../descent/optimizers/optimizer.js";
import type { MemoryUse } from "../../passes/memory-use.js";
import type { Passes } from "../../passes/passes.js";
import { gradientPass, lossesPass, lossGradientPass } from "../../passes/standard-passes.js";
import { MiniBatches } from "../mini-batches.js";
import { Agreement } from "./agreement.js";
import type { Observation, PolicyState } from "./online-policy.js";

/** Desired examples a measurement, as a share of the batch. */
const DESIRED_SHARE = 1 / 16;
/** A half's gradient is the mean over about 1 / (1 - this) mini-batches at most. */
const LONGEST_MEMORY = 0.95;
/**
 * |h d| / |theta| of the difference. Adam's direction is steep where the loss is curved: in float32 contributions are off by
 * 0.4 to 3% (root mean square) at 1e-4 and by 4 to 22% at 1e-3 (docs/RESULTS.md); in float64 there is room to go on.
 */
const RELATIVE_MOVE = { float32: 1e-4, float64: 3e-9 };
/**
 * Where mini-batches are drawn from the halves, they are compared in every so many measurements, on this share of the
 * examples, and on so many at least; at first, and where their whole gradients are known, always and on all.
 */
const COMPARE_EVERY = 2;
const COMPARED_SHARE = 1 / 4;
const FEWEST_COMPARED = 16;

/** Where contributions are measured, and how far theta is moved for it, |h d|. */
interface Place {
  readonly theta: Floats;
  readonly move: number;
}

export interface MeterFacts {
  /** B. */
  readonly batch: number;
  /** P. */
  readonly parameters: number;
  readonly dtype: FloatType;
  /** The norm that gradients are clipped to, as those of the training are; null for none. */
  readonly clip: number | null;
  readonly seed: number;
}

/**
 * Measures contributions < d, grad l_n(theta) > with losses alone, where d = D (g_A + g_B) / 2: D is how the optimizer
 * would scale their mean (`Optimizer.precondition`), and g_A, g_B are the gradients of the two halves of the desired set,
 * each a running mean over mini-batches that are drawn from the one and the other in turn. As a difference, with one forward
 * pass at a moved theta:
 *
 *     < d, grad l_n > = ( l_n(theta) - l_n(theta - h d) ) / h
 *
 * DESIGN 2.8.
 */
export class ContributionMeter {
  /** Work since the beginning, in forward passes of one example; a gradient is three. */
  forwardPasses = 0;
  private readonly halves: readonly [Half, Half];
  private readonly agreement = new Agreement();
  private readonly measurements = Float64Array.of(0);
  private readonly gradient: Floats;
  private readonly direction: Floats;
  private readonly moved: Floats;

  /** @throws InputError if the desired set has no two halves */
  constructor(
    private readonly examples: Passes,
    private readonly desired: Passes,
    private readonly validation: Passes,
    private readonly optimizer: Optimizer,
    private readonly facts: MeterFacts,
  ) {
    const K = desired.count;
    if (K < 2)
      throw new InputError("a policy that measures contributions needs at least 2 desired examples, and has 1");
    const middle = Math.ceil(K / 2);
    this.halves = [new Half(0, middle, facts), new Half(middle, K, facts)];
    [this.gradient, this.direction, this.moved] = Array.from({ length: 3 }, () =>
      floats(facts.dtype, facts.parameters),
    );
  }

  /**
   * The contributions of the given examples at theta, and how far the halves of the desired set agree by now. Where the
   * halves' whole gradients are known, as in full-batch descent, also the contributions to the validation set, along its
   * gradient: only then is it the same text in every step, thousands of times, that weights are fitted to.
   *
   * @param losses those of the examples at theta
   */
  async measure(
    theta: Floats,
    rows: Int32Array,
    losses: Floats,
  ): Promise<Pick<Observation, "values" | "agreement" | "heldOut">> {
    const [a, b] = this.halves;
    const measurement = this.measurements[0]++;
    const whole = a.whole && b.whole;
    const inTurn = measurement % 2 === 0;
    if (whole || inTurn) await this.refresh(a, theta);
    if (whole || !inTurn || measurement === 0) await this.refresh(b, theta);

    for (let i = 0; i < this.gradient.length; i++) this.gradient[i] = (a.gradient[i] + b.gradient[i]) / 2;
    const at: Place = { theta, move: RELATIVE_MOVE[this.facts.dtype] * (norm(theta) || 1) };
    const values = await this.along(this.gradient, at, rows, losses);
    const thorough = whole || !this.agreement.settled;
    if (!thorough && measurement % COMPARE_EVERY > 0) return { values, agreement: this.agreement.value };
    const some = Math.max(FEWEST_COMPARED, Math.ceil(rows.length * COMPARED_SHARE));
    const compared = thorough ? rows.length : Math.min(rows.length, some);
    const toA = await this.along(a.gradient, at, rows.subarray(0, compared), losses);
    // D is that of the mean gradient in both, so that c = (c_A + c_B) / 2.
    const toB = toA.map((contribution, i) => 2 * values[i] - contribution);
    this.agreement.add(toA, toB);
    if (!whole) return { values, agreement: this.agreement.value };
    await this.validation.meanLossGradient(theta, this.gradient);
    this.forwardPasses += 3 * this.validation.count;
    return { values, agreement: this.agreement.value, heldOut: await this.along(this.gradient, at, rows, losses) };
  }

  /** Takes a fresh mini-batch into the half's gradient. */
  private async refresh(half: Half, theta: Floats): Promise<void> {
    const drawn = half.next();
    await this.desired.rowsGradient(theta, drawn, half.weights, this.gradient);
    this.forwardPasses += 3 * drawn.length;
    const { clip } = this.facts;
    half.add(this.gradient, clip === null ? 1 : clippingFactor(norm(this.gradient), clip));
  }

  /** < D gradient, grad l_n > for each of the rows. */
  private async along(
    gradient: Floats,
    { theta, move }: Place,
    rows: Int32Array,
    losses: Floats,
  ): Promise<Float64Array> {
    const { direction, moved, facts } = this;
    const length = this.optimizer.precondition(gradient, direction, this.gradient);
    if (length === 0) return new Float64Array(rows.length);
    const h = move / length;
    for (let i = 0; i < moved.length; i++) moved[i] = theta[i] - h * direction[i];
    const movedLosses = floats(facts.dtype, rows.length);
    await this.examples.rowsLosses(moved, rows, movedLosses);
    this.forwardPasses += rows.length;
    return Float64Array.from(movedLosses, (loss, i) => (losses[i] - loss) / h);
  }

  /** Arrays as long as theta beside its state, its sums over batches among them, and what it runs over which sets. */
  get memoryUse(): MemoryUse {
    return {
      vectors: 5,
      passes: [
        { over: this.examples, rows: [lossesPass] },
        { over: this.desired, rows: [gradientPass] },
        { over: this.validation, all: this.halves.every(({ whole }) => whole) ? [lossGradientPass] : [] },
      ],
    };
  }

  state(): PolicyState {
    const [a, b] = this.halves;
    const { agreement, measurements } = this;
    return {
      a: a.gradient,
      b: b.gradient,
      drawnA: a.count,
      drawnB: b.count,
      agreement: agreement.state(),
      measurements,
    };
  }

  restore({ a, b, drawnA, drawnB, agreement, measurements }: PolicyState): void {
    this.halves[0].restore(a, drawnA);
    this.halves[1].restore(b, drawnB);
    this.agreement.restore(agreement);
    this.measurements.set(measurements);
  }
}

/** How many desired examples are drawn of a half for a measurement, if it has them, given B. */
export function desiredDraw(batch: number): number {
  return Math.max(1, Math.round(batch * DESIRED_SHARE));
}

/** Desired examples `from` .. `to` - 1, and the running mean of their gradient over mini-batches. */
class Half {
  readonly gradient: Floats;
  /** Whether a mini-batch is all of the half. */
  readonly whole: boolean;
  /** Mini-batches so far. */
  readonly count = Float64Array.of(0);
  /** Of a mini-batch. */
  readonly weights: Floats;
  private readonly batches: MiniBatches;
  private readonly memory: number;

  constructor(
    private readonly from: number,
    to: number,
    { batch, parameters, dtype, seed }: MeterFacts,
  ) {
    const size = to - from;
    const drawn = Math.min(size, desiredDraw(batch));
    this.whole = drawn === size;
    this.gradient = floats(dtype, parameters);
    this.weights = floats(dtype, drawn).fill(1 / drawn);
    this.batches = new MiniBatches(size, drawn, seed);
    // A mini-batch that is the whole half needs no mean with older ones.
    this.memory = Math.min(LONGEST_MEMORY, 1 - drawn / size);
  }

  /** The desired examples of the next mini-batch. */
  next(): Int32Array {
    return this.batches.rows(this.count[0]).map((row) => this.from + row);
  }

  /** Averages `factor` times a gradient, evenly over the first mini-batches: the mean is not drawn to its beginning at 0. */
  add(fresh: Floats, factor: number): void {
    const memory = Math.min(this.memory, this.count[0] / (this.count[0] + 1));
    const taken = (1 - memory) * factor;
    this.count[0] += 1;
    for (let i = 0; i < fresh.length; i++) this.gradient[i] = memory * this.gradient[i] + taken * fresh[i];
  }

  restore(gradient: Floats, count: Floats): void {
    this.gradient.set(gradient);
    this.count.set(count);
  }
}
