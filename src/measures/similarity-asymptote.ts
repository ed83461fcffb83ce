/** Fewer policies than this are no trend: four are in order by chance once in 24 times. */
export const LEAST_POLICIES_OF_A_TREND = 5;

/** SIM = scale / (limit - log CR): contributions become equal as log CR nears `limit`. */
export interface SimilarityAsymptote {
  readonly limit: number;
  readonly scale: number;
}

/** Distances of the limit from the largest log CR that are tried, in units of the range of log CR: 1e-3 to 10. */
const DISTANCES = Array.from({ length: 401 }, (_, i) => 10 ** (-3 + i / 100));

/**
 * Where SIM grows without bound (DESIGN 2.5; Gu et al. 2024, figure 7): the hyperbola through the policies of a search,
 * by least squares in SIM, with its limit beyond every log CR measured. Undefined where there are fewer than three
 * points, or where SIM bends so little upward that the limit would be ten ranges away or more.
 */
export function similarityAsymptote(
  points: readonly { logCompressionRatio: number; similarity: number }[],
): SimilarityAsymptote | undefined {
  const ratios = points.map((point) => point.logCompressionRatio);
  const largest = Math.max(...ratios);
  const range = largest - Math.min(...ratios);
  if (points.length < 3 || !(range > 0)) return undefined;
  const fits = DISTANCES.map((distance) => fitWithLimit(largest + distance * range, points));
  const best = fits.reduce((best, fit) => (fit.squares < best.squares ? fit : best));
  return best === fits[fits.length - 1] || best.scale <= 0 ? undefined : { limit: best.limit, scale: best.scale };
}

/** With the limit given, SIM is linear in 1 / (limit - log CR), through the origin. */
function fitWithLimit(limit: number, points: readonly { logCompressionRatio: number; similarity: number }[]) {
  const rows = points.map(({ logCompressionRatio, similarity: y }) => ({ x: 1 / (limit - logCompressionRatio), y }));
  const xy = rows.reduce((sum, { x, y }) => sum + x * y, 0);
  const scale = xy / rows.reduce((sum, { x }) => sum + x * x, 0);
  return { limit, scale, squares: rows.reduce((sum, { x, y }) => sum + (y - scale * x) ** 2, 0) };
}
