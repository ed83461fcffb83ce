/**
 * AR = T / min{ t : L_policy(t) <= L_conventional(T) }, interpolated linearly between steps (DESIGN 2.5): how many times
 * sooner a learning process reaches the loss that conventional learning ends with. Curves hold the loss after step t at
 * index t - 1. NaN where the process never reaches it.
 */
export function acceleration(curve: Float64Array, conventional: Float64Array): number {
  const target = conventional[conventional.length - 1];
  const reached = curve.findIndex((loss) => loss <= target);
  if (reached < 0) return Number.NaN;
  const before = reached === 0 ? Number.POSITIVE_INFINITY : curve[reached - 1];
  // Between step `reached` (loss `before`, above the target) and step `reached` + 1.
  const part = Number.isFinite(before) ? (before - target) / (before - curve[reached]) : 1;
  return conventional.length / (reached + part);
}
