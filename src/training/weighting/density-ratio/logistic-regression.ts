import { Matrix, solve } from "ml-matrix";

const MOST_STEPS = 50;
const TOLERANCE = 1e-10;
/** The step of Newton's method is cut to this norm: where the classes are nearly apart, the first ones overshoot. */
const LONGEST_STEP = 2;

/** Observations of one class. */
export interface ObservedClass {
  /** x, D numbers each, one after the other. */
  readonly features: Float64Array;
  readonly positive: boolean;
  /** Of each. */
  readonly weight: number;
}

/**
 * The coefficients w of a logistic regression with ridge, and its intercept last: the minimum of
 *
 *     sum_i weight_i ln(1 + exp(-y_i (w . x_i + b))) + ridge/2 |w|^2,     y = 1 and -1,
 *
 * by Newton's method. It is convex, and with a ridge has one minimum.
 *
 * @param width D
 */
export function fitLogistic(classes: readonly ObservedClass[], width: number, ridge: number): Float64Array {
  const size = width + 1;
  const coefficients = new Float64Array(size);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = new Float64Array(size);
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    for (const { features, positive, weight } of classes)
      logOdds(coefficients, features).forEach((odds, n) => {
        const p = 1 / (1 + Math.exp(-odds));
        const at = (i: number) => (i < width ? features[n * width + i] : 1);
        for (let i = 0; i < size; i++) {
          gradient[i] += weight * (p - Number(positive)) * at(i);
          for (let j = 0; j <= i; j++) hessian[i][j] += weight * p * (1 - p) * at(i) * at(j);
        }
      });
    for (let i = 0; i < size; i++) {
      // A little on the intercept, too: where all examples are told apart its curvature is 0.
      gradient[i] += ridge * (i < width ? coefficients[i] : 0);
      hessian[i][i] += ridge;
      for (let j = 0; j < i; j++) hessian[j][i] = hessian[i][j];
    }
    const move = solve(new Matrix(hessian.map((row) => Array.from(row))), Matrix.columnVector(gradient)).to1DArray();
    const length = Math.hypot(...move);
    const scale = Math.min(1, LONGEST_STEP / length);
    move.forEach((value, i) => {
      coefficients[i] -= scale * value;
    });
    if (length < TOLERANCE) break;
  }
  return coefficients;
}

/** w . x + b of every observation. */
export function logOdds(coefficients: Float64Array, features: Float64Array): Float64Array {
  const width = coefficients.length - 1;
  return Float64Array.from({ length: features.length / width }, (_, n) => {
    let sum = coefficients[width];
    for (let i = 0; i < width; i++) sum += coefficients[i] * features[n * width + i];
    return sum;
  });
}
