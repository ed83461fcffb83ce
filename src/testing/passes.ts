import { vi } from "vitest";
import { type Floats, type FloatType, floats } from "../base/floats.js";
import type { Examples } from "../data/examples.js";
import type { Model } from "../models/model.js";
import { Engine } from "../passes/engine.js";
import { Passes } from "../passes/passes.js";

/** Passes over sets of examples of one model, on one thread, with a count of the examples that its programs are given. */
export class TestPasses {
  private readonly engine: Engine;
  private readonly program;

  constructor(
    model: Model,
    readonly dtype: FloatType = "float64",
  ) {
    this.engine = new Engine({ model }, { dtype, threads: 1 });
    this.program = vi.spyOn(this.engine, "program");
  }

  over(examples: Examples, most?: number): Passes {
    return new Passes(this.engine, examples, most);
  }

  /** Since the beginning, what fills up a batch included. */
  examplesGivenTo(...passes: string[]): number {
    return this.program.mock.calls.reduce((total, [{ name }, size]) => total + (passes.includes(name) ? size : 0), 0);
  }

  /** sum_i weights[i] grad l_{rows[i]}(theta), from the gradient of each row by itself. */
  async explicitGradient(passes: Passes, theta: Floats, rows: Int32Array, weights: ArrayLike<number>) {
    const sum = new Float64Array(theta.length);
    for (const [i, row] of rows.entries()) {
      const gradient = await this.exampleGradient(passes, theta, row);
      for (let j = 0; j < sum.length; j++) sum[j] += weights[i] * gradient[j];
    }
    return sum;
  }

  async exampleGradient(passes: Passes, theta: Floats, row: number): Promise<Floats> {
    const gradient = floats(this.dtype, theta.length);
    await passes.rowsGradient(theta, Int32Array.of(row), floats(this.dtype, 1).fill(1), gradient);
    return gradient;
  }

  async lossesOf(passes: Passes, theta: Floats, rows: Int32Array): Promise<Floats> {
    const losses = floats(this.dtype, rows.length);
    await passes.rowsLosses(theta, rows, losses);
    return losses;
  }

  release(): Promise<void> {
    return this.engine.release();
  }
}

/** The root mean square of the errors, as a share of that of the values. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const squares = Array.from(expected, (value, i) => [(actual[i] - value) ** 2, value ** 2]);
  const sum = (column: 0 | 1) => squares.reduce((total, row) => total + row[column], 0);
  return Math.sqrt(sum(0) / sum(1));
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
