import { type Floats, floats } from "../base/floats.js";
import { type Model, parameterViews } from "../models/model.js";
import type { Engine } from "../passes/engine.js";
import { lossesPass } from "../passes/standard-passes.js";
import type { Program } from "../runtime/compile.js";

/** The losses of windows at several thetas, batch by batch: one forward pass for each theta (DESIGN 2.9). */
export class WindowLosses {
  private readonly model: Model;
  /** Tokens of a window, the first included. */
  private readonly width: number;
  private readonly sizes: readonly [number, number];

  /** @param batch windows in one run of the program */
  constructor(
    private readonly engine: Engine,
    batch: number,
  ) {
    this.model = engine.model;
    [this.width] = this.model.fields.tokens.shape;
    // What is left over runs in quarters of a batch, so that little of one is padding.
    this.sizes = [batch, Math.max(1, Math.ceil(batch / 4))];
  }

  /** The names under which programs take a theta; a view of it. */
  views(theta: Floats): Record<string, Floats> {
    return parameterViews(this.model, theta);
  }

  /**
   * @param thetas each as `views` gives it
   * @param onBatch told how many windows are done
   * @returns for every theta the loss of every window, in nats: the mean over its predicted tokens
   */
  async at(
    thetas: readonly Readonly<Record<string, Floats>>[],
    windows: readonly (readonly number[])[],
    onBatch?: (done: number) => void,
  ): Promise<Float64Array[]> {
    const results = thetas.map(() => new Float64Array(windows.length));
    const [large, small] = this.sizes;
    for (let start = 0; start < windows.length; ) {
      const left = windows.length - start;
      const size = left > large - small ? large : small;
      const used = Math.min(size, left);
      const tokens = this.tokensOf(windows.slice(start, start + used), size);
      const program: Program = await this.engine.program(lossesPass, size);
      const losses = floats(this.engine.dtype, size);
      for (const [i, theta] of thetas.entries()) {
        await program.run({ ...theta, tokens }, { losses });
        results[i].set(losses.subarray(0, used), start);
      }
      start += used;
      onBatch?.(start);
    }
    return results;
  }

  /** A batch's ids, padded; what the windows do not fill repeats the first, as padding alone has no loss. */
  private tokensOf(windows: readonly (readonly number[])[], size: number): BigInt64Array {
    const tokens = new BigInt64Array(size * this.width);
    for (let row = 0; row < size; row++) {
      const window = windows[row] ?? windows[0];
      for (let i = 0; i < window.length; i++) tokens[row * this.width + i] = BigInt(window[i]);
    }
    return tokens;
  }
}
