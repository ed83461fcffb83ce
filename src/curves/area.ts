import { mean } from "../base/floats.js";

/**
 * The area under a loss curve, (1/T) sum_{t=1..T} L(theta[t]), in nats: J where the curve is the desired loss (DESIGN 2.2).
 *
 * @param curve the loss after step 1 .. T
 */
export function area(curve: Float64Array): number {
  return mean(curve);
}
