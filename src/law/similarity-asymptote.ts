import { linearRegression } from "simple-statistics";

/** SIM = scale / (limit - log CR): contributions become equal as log CR nears `limit`. */
export interface SimilarityAsymptote {
  readonly limit: number;
  readonly scale: number;
}

/**
 * Where SIM grows without bound (DESIGN 2.5; Gu et al. 2024, figure 7): the line 1/SIM = (limit - log CR) / scale through
 * the search's epochs, by least squares, meets zero at `limit`. Undefined where there are fewer than three points or
 * 1/SIM does not fall with log CR.
 */
export function similarityAsymptote(
  points: readonly { logCompressionRatio: number; similarity: number }[],
): SimilarityAsymptote | undefined {
  if (points.length < 3) return undefined;
  const { m: slope, b: intercept } = linearRegression(points.map((p) => [p.logCompressionRatio, 1 / p.similarity]));
  return slope < 0 ? { limit: -intercept / slope, scale: -1 / slope } : undefined;
}
