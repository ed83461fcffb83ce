import type { Floats } from "../base/floats.js";
import { type Policy, policyRow } from "./policy.js";

/**
 * Policies whose weights stay the same over blocks of steps: R rows of N weights stand for T of them. The gradient by a
 * block's row is the sum of its steps' gradients; here it is their mean, and inner products count a row as often as it has
 * steps, so that what is done with these is what would be done with all T rows that are equal within their blocks.
 */
export class PolicyBlocks {
  /** R; the last block may have fewer steps than the others. */
  readonly rows: number;
  private readonly expanded: Float32Array | undefined;

  /** @param length steps of a block; 1 for a row of its own for every step */
  constructor(
    readonly steps: number,
    readonly examples: number,
    private readonly length: number,
  ) {
    this.rows = Math.ceil(steps / length);
    this.expanded = length === 1 ? undefined : new Float32Array(steps * examples);
  }

  /** An R x N array. */
  array(): Float32Array {
    return new Float32Array(this.rows * this.examples);
  }

  /** Row r of an R x N array: a view. */
  row<Values extends Floats>(values: Values, r: number): Values {
    return values.subarray(r * this.examples, (r + 1) * this.examples) as Values;
  }

  /** The policy that R x N weights stand for. Its array is theirs, or one of this object's own that is used again. */
  policy(weights: Float32Array): Policy {
    const { steps, examples } = this;
    if (this.expanded === undefined) return { steps, examples, weights };
    const policy = { steps, examples, weights: this.expanded };
    for (let t = 0; t < steps; t++) policyRow(policy, t).set(this.row(weights, this.rowOf(t)));
    return policy;
  }

  /** weights <- the rows of a policy that is the same within every block. */
  read(policy: Policy, weights: Float32Array): void {
    for (let r = 0; r < this.rows; r++) this.row(weights, r).set(policyRow(policy, r * this.length));
  }

  /** gradient <- the mean over its block, as far as step t adds to it: for t = T-1 down to 0, after `gradient.fill(0)`. */
  addStep(t: number, ofStep: Floats, gradient: Floats): void {
    const r = this.rowOf(t);
    const row = this.row(gradient, r);
    const share = 1 / this.stepsOf(r);
    for (let n = 0; n < row.length; n++) row[n] += share * ofStep[n];
  }

  /** < a, b > of two R x N arrays, over all T steps, summed in float64 in order. */
  dot(a: Floats, b: Floats): number {
    let sum = 0;
    for (let r = 0, i = 0; r < this.rows; r++) {
      let ofRow = 0;
      for (const end = i + this.examples; i < end; i++) ofRow += a[i] * b[i];
      sum += this.stepsOf(r) * ofRow;
    }
    return sum;
  }

  private rowOf(t: number): number {
    return Math.floor(t / this.length);
  }

  private stepsOf(r: number): number {
    return Math.min(this.length, this.steps - r * this.length);
  }
}
