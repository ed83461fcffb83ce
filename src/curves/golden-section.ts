const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Where in [low, high] a function with one maximum there is largest, to within `tolerance`. Golden-section search
 * (Kiefer 1953): every evaluation shrinks the bracket by 0.618.
 */
export function goldenSectionMaximum(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  while (high - low > tolerance) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = f(right);
    }
  }
  return (low + high) / 2;
}
