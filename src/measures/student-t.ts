import { bisect } from "simple-statistics";

/**
 * A(t | n) = P(|T| <= t) of Student's t with n degrees of freedom, theta = arctan(t / sqrt n): the finite series of
 * Abramowitz & Stegun 1964, 26.7.3 (n odd) and 26.7.4 (n even).
 *
 *   n odd:   2/pi (theta + sin theta (cos theta + 2/3 cos^3 theta + ... + (2 4 ... (n-3)) / (3 5 ... (n-2)) cos^(n-2) theta))
 *   n even:  sin theta (1 + 1/2 cos^2 theta + ... + (1 3 ... (n-3)) / (2 4 ... (n-2)) cos^(n-2) theta)
 */
function within(theta: number, n: number): number {
  const odd = n % 2;
  const cos = Math.cos(theta);
  let term = odd ? cos : 1;
  let sum = 0;
  for (let power = odd; power <= n - 2; power += 2) {
    sum += term;
    term *= ((power + 1) / (power + 2)) * cos * cos;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

/**
 * The t that Student's t stays within, P(|T| <= t) = level: 2.776 at 4 degrees of freedom and the level 0.95.
 *
 * @param degrees of freedom, a whole number from 1
 * @param level between 0 and 1
 */
export function studentT(degrees: number, level: number): number {
  const theta = bisect((theta) => within(theta, degrees) - level, 0, Math.PI / 2, 200, 1e-15);
  return Math.sqrt(degrees) * Math.tan(theta);
}
