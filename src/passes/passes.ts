import type { Examples } from "../data/examples.js";
import { size } from "../graph/node.js";
import { parameterViews } from "../models/model.js";
import { allocate, type Numbers } from "../runtime/compile.js";
import type { FloatType, Pass, Programs } from "./programs.js";

export type Floats = Float32Array | Float64Array;

/** Beyond this many bytes of values alive at once a batch outgrows the caches and larger ones are slower (measured). */
const CACHED_BYTES = 160 * 2 ** 20;
/** Gathering the rows of weight costs bytes; it pays only where the work that it saves is this many operations a byte. */
const WORTHWHILE_FLOPS_PER_BYTE = 1000;

/**
 * The passes of programs.ts over a whole set of examples, batch by batch. theta, directions and results are flat; the
 * programs read and write them in place through views.
 */
export class Passes {
  readonly count: number;
  private readonly fields: { name: string; data: Numbers; rowLength: number; batch: Map<number, Numbers> }[];
  private readonly batchSizes: readonly number[];
  /** For rows that are picked out: there may be any number of them, often few. */
  private readonly rowBatchSizes: readonly number[];
  private readonly skipsZeroWeights: boolean;
  private readonly uniform: Floats;
  private readonly losses: Floats;
  private scratch: Floats | undefined;

  /**
   * @param batchBytes what the values of one batch may take
   * @param most examples in a batch, where no pass is over more of them
   */
  constructor(
    private readonly programs: Programs,
    examples: Examples,
    batchBytes: number,
    most = examples.count,
  ) {
    const { model, dtype } = programs;
    this.count = examples.count;
    this.fields = Object.entries(model.fields).map(([name, { shape, kind }]) => {
      const { data } = examples.fields[name];
      const wanted = kind === "int64" || dtype === "float32" ? data : Float64Array.from(data as Float32Array);
      return { name, data: wanted, rowLength: size(shape), batch: new Map() };
    });
    const cost = programs.perExample();
    const affordable = Math.min(CACHED_BYTES, batchBytes) / cost.bytes;
    const largest = Math.min(this.count, most, 2 ** Math.max(0, Math.floor(Math.log2(affordable))));
    // The quarter takes what is left over, so that little of a batch is padding.
    const parts = (...divisors: number[]) => [...new Set(divisors.map((d) => Math.ceil(largest / d)))];
    this.batchSizes = parts(1, 4);
    this.rowBatchSizes = parts(1, 2, 4, 8);
    const rowBytes = this.fields.reduce((total, { data, rowLength }) => total + rowLength * data.BYTES_PER_ELEMENT, 0);
    this.skipsZeroWeights = cost.flops / rowBytes > WORTHWHILE_FLOPS_PER_BYTE;
    this.uniform = floats(dtype, this.count).fill(1 / this.count);
    this.losses = floats(dtype, this.count);
  }

  /** The most examples in a batch. */
  get batchSize(): number {
    return this.batchSizes[0];
  }

  /** The mean over the examples of l_n(theta), in nats. */
  async meanLoss(theta: Floats): Promise<number> {
    const inputs = this.views("", theta);
    for (const batch of this.batches())
      await batch.collect(this.losses, (losses) => this.run("losses", batch, inputs, { losses }));
    return mean(this.losses);
  }

  /** gradient <- sum_n weights[n] grad l_n(theta); examples without weight are left out. */
  async gradient(theta: Floats, weights: Floats, gradient: Floats): Promise<void> {
    const inputs = this.views("", theta);
    await this.accumulate(gradient, this.batches(this.withWeight(weights)), (batch, into) =>
      this.run("gradient", batch, { ...inputs, weights: batch.weights(weights) }, this.views("gradient.", into)),
    );
  }

  /** losses[i] <- l_{rows[i]}(theta), in nats. An example may be among the rows more than once. */
  async rowsLosses(theta: Floats, rows: Int32Array, losses: Floats): Promise<void> {
    await this.eachRow("losses", theta, rows, losses);
  }

  /** norms[i] <- | d l_{rows[i]} / d logits |, at theta, of `Model.outputGradientNorms`. */
  async rowsOutputGradientNorms(theta: Floats, rows: Int32Array, norms: Floats): Promise<void> {
    await this.eachRow("outputGradientNorms", theta, rows, norms);
  }

  private async eachRow(pass: "losses" | "outputGradientNorms", theta: Floats, rows: Int32Array, values: Floats) {
    const inputs = this.views("", theta);
    for (const batch of this.batches(rows, this.rowBatchSizes))
      await batch.collectInOrder(values, (part) => this.run(pass, batch, inputs, { [pass]: part }));
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
      if (losses === undefined) return this.run("gradient", batch, given, wanted);
      await batch.collectInOrder(losses, (part) => this.run("lossGradient", batch, given, { losses: part, ...wanted }));
    });
  }

  /** gradient <- the gradient of the mean loss at theta. Returns that loss in nats. */
  async meanLossGradient(theta: Floats, gradient: Floats): Promise<number> {
    const inputs = this.views("", theta);
    await this.accumulate(gradient, this.batches(), (batch, into) =>
      batch.collect(this.losses, (losses) => {
        const results = { losses, ...this.views("gradient.", into) };
        return this.run("lossGradient", batch, { ...inputs, weights: batch.weights(this.uniform) }, results);
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
        return this.run("costate", batch, { ...inputs, weights: batch.weights(weights) }, results);
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
      measure("lossTangentGradient", batch, {
        inputs: { weights: batch.weights(weights) },
        outputs: this.views("gradient.", into),
      }),
    );
    if (weighted === undefined) return;
    for (const batch of this.batches(complement(weighted, this.count))) await measure("lossTangent", batch);
  }

  /** contributions[n] <- <direction, grad l_n(theta)> for the given examples, or all. */
  async tangent(theta: Floats, direction: Floats, contributions: Floats, rows?: Int32Array): Promise<void> {
    const inputs = { ...this.views("", theta), ...this.views("direction.", direction) };
    for (const batch of this.batches(rows))
      await batch.collect(contributions, (part) => this.run("tangent", batch, inputs, { contributions: part }));
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
      yield new Batch(this.programs.dtype, rows, start, Math.min(size, left), size);
      start += Math.min(size, left);
    }
  }

  private async run(pass: Pass, batch: Batch, inputs: Arrays, outputs: Arrays): Promise<void> {
    const program = await this.programs.get(pass, batch.size);
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
        this.scratch ??= floats(this.programs.dtype, sum.length);
        await pass(batch, this.scratch);
        for (let i = 0; i < sum.length; i++) sum[i] += this.scratch[i];
      }
      first = false;
    }
    if (first) sum.fill(0);
  }

  /** The parts of a flat array by the names of the parameters, with a prefix. */
  private views(prefix: string, flat: Floats): Arrays {
    const views = Object.entries(parameterViews(this.programs.model, flat));
    return Object.fromEntries(views.map(([name, view]) => [prefix + name, view]));
  }
}

type Arrays = Record<string, Numbers>;

/** `used` examples from `start` on (of `rows`, or of all), in a program for `size` of them. */
class Batch {
  constructor(
    private readonly dtype: FloatType,
    private readonly rows: Int32Array | undefined,
    private readonly start: number,
    private readonly used: number,
    readonly size: number,
  ) {}

  /** The field's rows: a view where they lie together, else copied; what is left of the batch repeats the first row. */
  rowsOf(data: Numbers, rowLength: number, buffers: Map<number, Numbers>): Numbers {
    if (this.whole) return data.subarray(this.start * rowLength, (this.start + this.size) * rowLength);
    let buffer = buffers.get(this.size);
    if (buffer === undefined) {
      buffer = new (data.constructor as new (length: number) => Numbers)(this.size * rowLength);
      buffers.set(this.size, buffer);
    }
    for (let i = 0; i < this.size; i++) {
      const row = this.example(i < this.used ? i : 0);
      buffer.set(data.subarray(row * rowLength, (row + 1) * rowLength) as never, i * rowLength);
    }
    return buffer;
  }

  /** The weights of the batch's examples, 0 for what only fills it. */
  weights(weights: Floats): Floats {
    const type = this.dtype === "float32" ? Float32Array : Float64Array;
    if (this.whole && weights instanceof type) return weights.subarray(this.start, this.start + this.size);
    const result = floats(this.dtype, this.size);
    for (let i = 0; i < this.used; i++) result[i] = weights[this.example(i)];
    return result;
  }

  /** The batch's part of numbers that lie in the order of the rows, 0 for what only fills it. */
  part(values: Floats): Floats {
    const result = floats(this.dtype, this.size);
    result.set(values.subarray(this.start, this.start + this.used));
    return result;
  }

  /** Lets `work` write a number for each example of the batch, and puts them in their places of `into`. */
  async collect(into: Floats, work: (part: Floats) => Promise<void>): Promise<void> {
    if (this.whole) return work(into.subarray(this.start, this.start + this.size));
    const part = floats(this.dtype, this.size);
    await work(part);
    for (let i = 0; i < this.used; i++) into[this.example(i)] = part[i];
  }

  /** The same, into the order of the rows. */
  async collectInOrder(into: Floats, work: (part: Floats) => Promise<void>): Promise<void> {
    if (this.used === this.size) return work(into.subarray(this.start, this.start + this.size));
    const part = floats(this.dtype, this.size);
    await work(part);
    into.set(part.subarray(0, this.used), this.start);
  }

  /** True if the batch is a range of the examples: its parts of arrays are views. */
  private get whole(): boolean {
    return this.rows === undefined && this.used === this.size;
  }

  private example(i: number): number {
    return this.rows === undefined ? this.start + i : this.rows[this.start + i];
  }
}

export function floats(dtype: FloatType, length: number): Floats {
  return allocate(dtype, length) as Floats;
}

export function mean(values: Floats): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}

function complement(rows: Int32Array, count: number): Int32Array {
  const rest = new Int32Array(count - rows.length);
  for (let n = 0, i = 0, j = 0; n < count; n++) {
    if (rows[i] === n) i++;
    else rest[j++] = n;
  }
  return rest;
}
