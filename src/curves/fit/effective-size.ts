/**
 * How many independent residuals these are worth: `n (1 - rho) / (1 + rho)`, rho being the correlation of neighbours where it
 * is positive (Bartlett 1935). Smoothed losses are worth few.
 */
export function effectiveSize(residuals: Float64Array): number {
  let neighbours = 0;
  let squares = 0;
  for (let i = 0; i < residuals.length; i++) {
    if (i > 0) neighbours += residuals[i] * residuals[i - 1];
    squares += residuals[i] ** 2;
  }
  const rho = Math.max(0, squares === 0 ? 0 : neighbours / squares);
  return (residuals.length * (1 - rho)) / (1 + rho);
}
