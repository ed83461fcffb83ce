import type { Floats } from "../../base/floats.js";
import { size } from "../../graph/node.js";
import type { Model } from "../../models/model.js";
import { destructiveInterference, interferenceOf } from "./loss-changes.js";

/**
 * How the gradients g_ij of tokens' losses are opposed, beside the update delta of a step, p_ij = g_ij delta_j (DESIGN 2.6). Of
 * interference along an index, null where all is 0.
 */
export interface GradientOpposition {
  /** Tokens whose gradients were taken. */
  readonly tokens: number;
  /** 1 - sum_j |sum_i p_ij| / sum_ij |p_ij|: how much tokens oppose each other within parameters. */
  readonly alongTokens: number | null;
  /** 1 - sum_i |sum_j p_ij| / sum_ij |p_ij|: how much parameters oppose each other within tokens. */
  readonly alongParameters: number | null;
  /** Of the tokens' sums, sum_j p_ij: to first order the changes of their losses. */
  readonly ofTokenSums: number | null;
  /** Of the parameters' sums, sum_i p_ij. */
  readonly ofParameterSums: number | null;
  /** sum_j |sum_i g_ij| / sum_j sum_i |g_ij|: 1 where all gradients agree, 0 where they cancel. */
  readonly opposition: number | null;
  /** The same of every array of parameters, in the order of the model. */
  readonly layers: readonly { readonly name: string; readonly opposition: number | null }[];
}

/** Takes one token's gradient after the other, and holds sums over them: two arrays as long as theta, whatever their number. */
export class OppositionMeter {
  private readonly sums: Float64Array;
  private readonly absolutes: Float64Array;
  private readonly tokenSums: number[] = [];

  /** @param update delta = theta[t + 1] - theta[t] */
  constructor(
    private readonly model: Model,
    private readonly update: Floats,
  ) {
    this.sums = new Float64Array(update.length);
    this.absolutes = new Float64Array(update.length);
  }

  /** Takes g_i, the gradient of one token's loss. */
  add(gradient: Floats): void {
    const { sums, absolutes, update } = this;
    let total = 0;
    for (let j = 0; j < gradient.length; j++) {
      const g = gradient[j];
      sums[j] += g;
      absolutes[j] += Math.abs(g);
      total += g * update[j];
    }
    this.tokenSums.push(total);
  }

  result(): GradientOpposition {
    const { sums, absolutes, update, tokenSums, model } = this;
    const parameterSums = sums.map((sum, j) => sum * update[j]);
    let all = 0;
    for (let j = 0; j < update.length; j++) all += absolutes[j] * Math.abs(update[j]);
    let end = 0;
    const layers = model.parameters.map(({ name, shape }) => {
      const start = end;
      end += size(shape);
      return { name, opposition: share(sums.subarray(start, end), absolutes.subarray(start, end)) };
    });
    return {
      tokens: tokenSums.length,
      alongTokens: interferenceOf(absoluteSum(parameterSums), all),
      alongParameters: interferenceOf(absoluteSum(tokenSums), all),
      ofTokenSums: destructiveInterference(tokenSums),
      ofParameterSums: destructiveInterference(parameterSums),
      opposition: share(sums, absolutes),
      layers,
    };
  }
}

function share(sums: Float64Array, absolutes: Float64Array): number | null {
  const interference = interferenceOf(absoluteSum(sums), absoluteSum(absolutes));
  return interference === null ? null : 1 - interference;
}

function absoluteSum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Math.abs(values[i]);
  return total;
}
