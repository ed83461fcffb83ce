import type { Floats } from "../../base/floats.js";
import type { PolicyBlocks } from "../policy-blocks.js";
import { projectOntoSimplex } from "../simplex.js";

/** What a step taught: s, how the weights moved, and y, how the gradient changed. */
export interface Pair {
  readonly move: Floats;
  readonly change: Floats;
}

/**
 * J near gamma as the last steps tell, q(gamma + d) = J + < d, dJ > + < d, B d > / 2, with the limited-memory BFGS matrix
 *
 *   B_0 = sigma I,   B_{i+1} = B_i - a_i a_i' + b_i b_i',   a_i = B_i s_i / sqrt(< s_i, B_i s_i >),   b_i = y_i / sqrt(< s_i, y_i >)
 *
 * (Nocedal & Wright 2006, equations 7.24 and 7.25: BFGS unrolled.)
 */
export class QuadraticModel {
  private readonly minus: { readonly vector: Floats; readonly scale: number }[] = [];
  private readonly plus: { readonly vector: Floats; readonly scale: number }[] = [];

  /** @param pairs the older first, each with < s, y > above 0 */
  constructor(
    private readonly blocks: PolicyBlocks,
    private readonly sigma: number,
    pairs: readonly Pair[],
  ) {
    for (const { move, change } of pairs) {
      const product = blocks.array();
      this.multiply(move, product);
      this.minus.push({ vector: product, scale: 1 / blocks.dot(move, product) });
      this.plus.push({ vector: change, scale: 1 / blocks.dot(move, change) });
    }
  }

  /** into <- B v */
  multiply(v: Floats, into: Floats): void {
    const { blocks, sigma } = this;
    for (let i = 0; i < into.length; i++) into[i] = sigma * v[i];
    this.plus.forEach(({ vector, scale }, k) => {
      const along = scale * blocks.dot(vector, v);
      const { vector: other, scale: otherScale } = this.minus[k];
      const alongOther = otherScale * blocks.dot(other, v);
      for (let i = 0; i < into.length; i++) into[i] += along * vector[i] - alongOther * other[i];
    });
  }

  /**
   * minimum <- about where q is least among policies, by projected gradients with Barzilai and Borwein's steps (Birgin,
   * Martinez & Raydan 2000), each with the best length along its direction: q falls with every one.
   */
  minimise(weights: Float32Array, gradient: Floats, iterations: number, minimum: Float32Array): void {
    const { blocks, sigma } = this;
    const slope = blocks.array();
    const direction = blocks.array();
    const product = blocks.array();
    slope.set(gradient);
    minimum.set(weights);
    let step = 1 / sigma;
    for (let iteration = 0; iteration < iterations; iteration++) {
      for (let i = 0; i < direction.length; i++) direction[i] = minimum[i] - step * slope[i];
      for (let r = 0; r < blocks.rows; r++) projectOntoSimplex(blocks.row(direction, r));
      for (let i = 0; i < direction.length; i++) direction[i] -= minimum[i];
      const fall = -blocks.dot(slope, direction);
      if (!(fall > 0)) return;
      this.multiply(direction, product);
      const curvature = blocks.dot(direction, product);
      const length = curvature > fall ? fall / curvature : 1;
      for (let i = 0; i < direction.length; i++) {
        minimum[i] += length * direction[i];
        slope[i] += length * product[i];
      }
      step = curvature > 0 ? blocks.dot(direction, direction) / curvature : 1 / sigma;
    }
  }
}
