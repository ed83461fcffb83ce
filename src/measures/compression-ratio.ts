/**
 * CR = log2(V) / (area / ln 2): bits of a raw symbol over the mean bits that a model spends on it while it learns, seen
 * as a compressor of desired text (DESIGN 2.2). `area` is the mean over the steps of the loss, in nats.
 */
export function compressionRatio(area: number, outcomes: number): number {
  return Math.log2(outcomes) / (area / Math.LN2);
}
