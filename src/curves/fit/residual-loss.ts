/** What a fit minimises: the sum over all points of `value(r)`, r being observed less predicted. */
export interface ResidualLoss {
  readonly value: (residual: number) => number;
  /** value'(r) / r: the weight under which a squared residual has the same gradient. */
  readonly weight: (residual: number) => number;
}

/** r^2 / 2. */
export const leastSquares: ResidualLoss = { value: (r) => r ** 2 / 2, weight: () => 1 };

/**
 * r^2 / 2 up to |r| = delta and delta (|r| - delta / 2) beyond it, so that single points far off count little (Huber 1964,
 * "Robust Estimation of a Location Parameter").
 *
 * @param delta in the unit of the residuals
 */
export function huber(delta: number): ResidualLoss {
  return {
    value: (r) => (Math.abs(r) <= delta ? r ** 2 / 2 : delta * (Math.abs(r) - delta / 2)),
    weight: (r) => (Math.abs(r) <= delta ? 1 : delta / Math.abs(r)),
  };
}
