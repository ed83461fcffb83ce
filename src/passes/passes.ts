import { type Floats, floats, mean } from "../base/floats.js";
import type { Examples } from "../data/examples.js";
import { size } from "../graph/node.js";
import { parameterViews } from "../models/model.js";
import type { Numbers } from "../runtime/compile.js";
import { Batch } from "./batch.js";
import type { Engine } from "./engine.js";
import type { Pass } from "./pass.js";
import {
  costatePass,
  gradientPass,
  lossesPass,
  lossGradientPass,
  lossTangentGradientPass,
  lossTangentPass,
  tangentPass,
  tokenGradientPass,
  tokenLossesPass,
} from "./standard-passes.js";

/** Gathering the rows of weight costs bytes; it pays only where the work that it saves is this many operations a byte. */
const WORTHWHILE_FLOPS_PER_BYTE = 1000;

/**
 * Passes over a whole set of examples, batch by batch. theta, directions and results are flat; the
 * programs read and write them in place through views.
 */
export class Passes {
  readonly count: number;
  private readonly fields: { name: string; data: Numbers; rowLength: number; batch: Map<number, Numbers> }[];
  private readonly batchSizes: readonly number[];
  /** For rows that are picked out: there may be any number of them, often few. */
  private readonly rowBatchSizes: readonly number[];
  private readonly most: number;
  private readonly skipsZeroWeights: boolean;
  private readonly uniform: Floats;
  private readonly losses: Floats;
  private scratch: Floats | undefined;

  /** @param most examples in a batch, where no pass is over more of them */
  constructor(
    private readonly engine: Engine,
    examples: Examples,
    most = examples.count,
  ) {
    const { model, dtype } = engine;
    this.count = examples.count;
    this.fields = Object.entries(model.fields).map(([name, { shape, kind }]) => {
      const { data } = examples.fields[name];
      const wanted = kind === "int64" || dtype === "float32" ? data : Float64Array.from(data as Float32Array);
      return { name, data: wanted, rowLength: size(shape), batch: new Map() };
    });
    this.most = Math.min(this.count, most);
    [this.batchSizes, this.rowBatchSizes] = this.sizesIn(engine.memory);
    const rowBytes = this.fields.reduce((total, { data, rowLength }) => total + rowLength * data.BYTES_PER_ELEMENT, 0);
    this.skipsZeroWeights = engine.perExample().flops / rowBytes > WORTHWHILE_FLOPS_PER_BYTE;
    this.uniform = floats(dtype, this.count).fill(1 / this.count);
    this.losses = floats(dtype, this.count);
  }

  /** The most examples in a batch. */
  get batchSize(): number {
    return this.batchSizes[0];
  }

  /** The sizes of batches where the engine has so much memory: over all examples, and over rows that are picked out. */
  sizesIn(memory: number): [all: number[], rows: number[]] {
    const largest = Math.min(this.most, this.engine.mostExamples(memory));
    // The quarter takes what is left over, so that little of a batch is padding.
    const parts = (...divisors: number[]) => [...new Set(divisors.map((d) => Math.ceil(largest / d)))];
    return [parts(1, 4), parts(1, 2, 4, 8)];
  }

  /** The arrays of the examples, and of numbers that each of them has. */
  get arrays(): readonly Numbers[] {
    return [...this.fields.map(({ data }) => data), this.uniform, this.losses];
  }

  /** The mean over the examples of l_n(theta), in nats. */
  async meanLoss(theta: Floats): Promise<number> {
    const inputs = this.views("", theta);
    for (const batch of this.batches())
      await batch.collect(this.losses, (losses) => this.run(lossesPass, batch, inputs, { losses }));
    return mean(this.losses);
  }

  /** gradient <- sum_n weights[n] grad l_n(theta); examples without weight are left out. */
  async gradient(theta: Floats, weights: Floats, gradient: Floats): Promise<void> {
    const inputs = this.views("", theta);
    await this.accumulate(gradient, this.batches(this.withWeight(weights)), (batch, into) =>
      this.run(gradientPass, batch, { ...inputs, weights: batch.weights(weights) }, this.views("gradient.", into)),
    );
  }

  /** losses[i] <- l_{rows[i]}(theta), in nats. An example may be among the rows more than once. */
  async rowsLosses(theta: Floats, rows: Int32Array, losses: Floats): Promise<void> {
    await this.perRow(lossesPass, "losses", theta, rows, losses);
  }

  /** losses[n S + s] <- l_{n,s}(theta), in nats, of every prediction of every example; 0 where nothing is predicted. */
  async tokenLosses(theta: Floats, losses: Floats): Promise<void> {
    const inputs = this.views("", theta);
    const S = losses.length / this.count;
    for (const batch of this.batches())
      await batch.collectInOrder(losses, (tokenLosses) => this.run(tokenLossesPass, batch, inputs, { tokenLosses }), S);
  }

  /**
   * values[i] <- what the pass says of example rows[i] at theta.
   *
   * @param pass takes parameters and fields alone
   * @param result its result, of which every example has one number
   */
  async perRow(pass: Pass, result: string, theta: Floats, rows: Int32Array, values: Floats): Promise<void> {
    const inputs = this.views("", theta);
    for (const batch of this.batches(rows, this.rowBatchSizes))
      await batch.collectInOrder(values, (part) => this.run(pass, batch, inputs, { [result]: part }));
  }

  /**
   * gradient <- sum_i weights[i] grad l_{rows[i]}(theta), and, where they are asked for, losses[i] <- l_{rows[i]}(theta) in
   * nats. An example may be among the rows more than once.
   */
  async rowsGradient(
    theta: Floats,
    rows: Int32Array,
    weights: Floats,
    gradient: Floats,
    losses?: Floats,
  ): Promise<void> {
    const inputs = this.views("", theta);
    await this.accumulate(gradient, this.batches(rows, this.rowBatchSizes), async (batch, into) => {
      const given = { ...inputs, weights: batch.part(weights) };
      const wanted = this.views("gradient.", into);
      if (losses === undefined) return this.run(gradientPass, batch, given, wanted);
      await batch.collectInOrder(losses, (part) =>
        this.run(lossGradientPass, batch, given, { losses: part, ...wanted }),
      );
    });
  }

  /**
   * gradient <- sum_i sum_s tokenWeights[i S + s] grad l_{rows[i], s}(theta): a weight of any sign for every prediction of
   * every example.
   */
  async tokenGradient(theta: Floats, rows: Int32Array, tokenWeights: Floats, gradient: Floats): Promise<void> {
    const inputs = this.views("", theta);
    const S = tokenWeights.length / rows.length;
    await this.accumulate(gradient, this.batches(rows, this.rowBatchSizes), (batch, into) => {
      const given = { ...inputs, tokenWeights: batch.part(tokenWeights, S) };
      return this.run(tokenGradientPass, batch, given, this.views("gradient.", into));
    });
  }

  /** gradient <- the gradient of the mean loss at theta. Returns that loss in nats. */
  async meanLossGradient(theta: Floats, gradient: Floats): Promise<number> {
    const inputs = this.views("", theta);
    await this.accumulate(gradient, this.batches(), (batch, into) =>
      batch.collect(this.losses, (losses) => {
        const results = { losses, ...this.views("gradient.", into) };
        return this.run(lossGradientPass, batch, { ...inputs, weights: batch.weights(this.uniform) }, results);
      }),
    );
    return mean(this.losses);
  }

  /**
   * contributions[n] <- <direction, grad l_n(theta)> for every example and product <- H direction, H being the Hessian
   * of sum_n weights[n] l_n at theta. Examples without weight need only the first, and are spared the backward half.
   */
  async costate(
    theta: Floats,
    direction: Floats,
    weights: Floats,
    contributions: Floats,
    product: Floats,
  ): Promise<void> {
    const inputs = { ...this.views("", theta), ...this.views("direction.", direction) };
    const weighted = this.withWeight(weights);
    await this.accumulate(product, this.batches(weighted), (batch, into) =>
      batch.collect(contributions, (part) => {
        const results = { contributions: part, ...this.views("product.", into) };
        return this.run(costatePass, batch, { ...inputs, weights: batch.weights(weights) }, results);
      }),
    );
    if (weighted !== undefined) await this.tangent(theta, direction, contributions, complement(weighted, this.count));
  }

  /**
   * For every example losses[n] <- l_n(theta), in nats, and contributions[n] <- <direction, grad l_n(theta)>; and
   * gradient <- sum_n weights[n] grad l_n(theta), for which examples without weight are spared the backward half.
   */
  async measuredGradient(
    theta: Floats,
    direction: Floats,
    weights: Floats,
    { losses, contributions, gradient }: { losses: Floats; contributions: Floats; gradient: Floats },
  ): Promise<void> {
    const inputs = { ...this.views("", theta), ...this.views("direction.", direction) };
    const weighted = this.withWeight(weights);
    const measure = (pass: Pass, batch: Batch, more: { inputs?: Arrays; outputs?: Arrays } = {}) =>
      batch.collect(losses, (losses) =>
        batch.collect(contributions, (contributions) =>
          this.run(pass, batch, { ...inputs, ...more.inputs }, { losses, contributions, ...more.outputs }),
        ),
      );
    await this.accumulate(gradient, this.batches(weighted), (batch, into) =>
      measure(lossTangentGradientPass, batch, {
        inputs: { weights: batch.weights(weights) },
        outputs: this.views("gradient.", into),
      }),
    );
    if (weighted === undefined) return;
    for (const batch of this.batches(complement(weighted, this.count))) await measure(lossTangentPass, batch);
  }

  /** contributions[n] <- <direction, grad l_n(theta)> for the given examples, or all. */
  async tangent(theta: Floats, direction: Floats, contributions: Floats, rows?: Int32Array): Promise<void> {
    const inputs = { ...this.views("", theta), ...this.views("direction.", direction) };
    for (const batch of this.batches(rows))
      await batch.collect(contributions, (part) => this.run(tangentPass, batch, inputs, { contributions: part }));
  }

  /** The examples with weight; undefined where all are to be taken. */
  private withWeight(weights: Floats): Int32Array | undefined {
    if (!this.skipsZeroWeights) return undefined;
    let count = 0;
    for (let n = 0; n < weights.length; n++) if (weights[n] !== 0) count++;
    if (count === weights.length) return undefined;
    const rows = new Int32Array(count);
    for (let n = 0, i = 0; n < weights.length; n++) if (weights[n] !== 0) rows[i++] = n;
    return rows;
  }

  /** Batches of the largest size that what is left over fills to three quarters, or else of the smallest. */
  private *batches(rows?: Int32Array, sizes = this.batchSizes): Generator<Batch> {
    const total = rows?.length ?? this.count;
    const smallest = sizes[sizes.length - 1];
    for (let start = 0; start < total; ) {
      const left = total - start;
      const size = sizes.find((size) => left > size - Math.ceil(size / 4)) ?? smallest;
      yield new Batch(this.engine.dtype, rows, start, Math.min(size, left), size);
      start += Math.min(size, left);
    }
  }

  private async run(pass: Pass, batch: Batch, inputs: Arrays, outputs: Arrays): Promise<void> {
    const program = await this.engine.program(pass, batch.size);
    const fields = this.fields.map(({ name, data, rowLength, batch: buffers }) => {
      return [name, batch.rowsOf(data, rowLength, buffers)] as const;
    });
    await program.run({ ...inputs, ...Object.fromEntries(fields) }, outputs);
  }

  /** Sums what `pass` writes for each batch; the first batch writes into the sum itself. */
  private async accumulate(sum: Floats, batches: Iterable<Batch>, pass: (batch: Batch, into: Floats) => Promise<void>) {
    let first = true;
    for (const batch of batches) {
      if (first) await pass(batch, sum);
      else {
        this.scratch ??= floats(this.engine.dtype, sum.length);
        await pass(batch, this.scratch);
        for (let i = 0; i < sum.length; i++) sum[i] += this.scratch[i];
      }
      first = false;
    }
    if (first) sum.fill(0);
  }

  /** The parts of a flat array by the names of the parameters, with a prefix. */
  private views(prefix: string, flat: Floats): Arrays {
    const views = Object.entries(parameterViews(this.engine.model, flat));
    return Object.fromEntries(views.map(([name, view]) => [prefix + name, view]));
  }
}

type Arrays = Record<string, Numbers>;

/** The rows that are not among `rows`, which rise. */
function complement(rows: Int32Array, count: number): Int32Array {
  const rest = new Int32Array(count - rows.length);
  for (let n = 0, i = 0, j = 0; n < count; n++) {
    if (rows[i] === n) i++;
    else rest[j++] = n;
  }
  return rest;
}
