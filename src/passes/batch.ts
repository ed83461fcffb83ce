import { type Floats, type FloatType, floats } from "../base/floats.js";
import type { Numbers } from "../runtime/compile.js";

/** `used` examples from `start` on (of `rows`, or of all), in a program for `size` of them. */
export class Batch {
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

  /**
   * The batch's part of numbers that lie in the order of the rows, 0 for what only fills it.
   *
   * @param each how many of them an example has
   */
  part(values: Floats, each = 1): Floats {
    const result = floats(this.dtype, this.size * each);
    result.set(values.subarray(this.start * each, (this.start + this.used) * each));
    return result;
  }

  /** Lets `work` write a number for each example of the batch, and puts them in their places of `into`. */
  async collect(into: Floats, work: (part: Floats) => Promise<void>): Promise<void> {
    if (this.whole) return work(into.subarray(this.start, this.start + this.size));
    const part = floats(this.dtype, this.size);
    await work(part);
    for (let i = 0; i < this.used; i++) into[this.example(i)] = part[i];
  }

  /**
   * The same, into the order of the rows.
   *
   * @param each how many numbers an example has
   */
  async collectInOrder(into: Floats, work: (part: Floats) => Promise<void>, each = 1): Promise<void> {
    const start = this.start * each;
    if (this.used === this.size) return work(into.subarray(start, start + this.size * each));
    const part = floats(this.dtype, this.size * each);
    await work(part);
    into.set(part.subarray(0, this.used * each), start);
  }

  /** True if the batch is a range of the examples: its parts of arrays are views. */
  private get whole(): boolean {
    return this.rows === undefined && this.used === this.size;
  }

  private example(i: number): number {
    return this.rows === undefined ? this.start + i : this.rows[this.start + i];
  }
}
