import { area } from "../../curves/area.js";
import { acceleration } from "../../measures/acceleration.js";
import { compressionRatio } from "../../measures/compression-ratio.js";
import { zeroWeights } from "../../measures/zero-weights.js";
import type { Policy } from "../../search/policy.js";
import type { EpochMetrics } from "./epoch-metrics.js";

/**
 * What learning under a policy does for unseen text (DESIGN 2.2, 2.5).
 *
 * @param curve the test loss after step 1 .. T, in nats
 * @param conventional the same of conventional learning; undefined where the curve is its own
 * @param outcomes of a prediction
 */
export function testMetrics(
  curve: Float64Array,
  conventional: Float64Array | undefined,
  outcomes: number,
): Pick<EpochMetrics, "testArea" | "finalTestLoss" | "compressionRatio" | "acceleration"> {
  const testArea = area(curve);
  // By definition, and whatever its curve is like.
  const speed = conventional === undefined ? 1 : acceleration(curve, conventional);
  return {
    testArea,
    finalTestLoss: curve[curve.length - 1],
    compressionRatio: compressionRatio(testArea, outcomes),
    acceleration: Number.isNaN(speed) ? null : speed,
  };
}

/** How many of a policy's weights are zero, and how many of these are on perturbed examples. */
export function zeroShares(
  policy: Policy,
  perturbed: readonly boolean[],
): Pick<EpochMetrics, "zeroShare" | "zeroPerturbedShare"> {
  const zeros = zeroWeights(policy, perturbed);
  return {
    zeroShare: zeros.all / policy.weights.length,
    zeroPerturbedShare: zeros.all > 0 && perturbed.includes(true) ? zeros.perturbed / zeros.all : null,
  };
}
