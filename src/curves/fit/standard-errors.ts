import { inverse, Matrix } from "ml-matrix";
import { norm, sumOfSquares } from "../../base/floats.js";
import { jacobian } from "./jacobian.js";
import type { Fit, FitProblem } from "./problem.js";

/** How sure the parameters of a fit by least squares are, and quantities made of them. */
export interface Covariance {
  /** The standard error of each parameter. */
  readonly errors: readonly number[];
  /** The standard error of a quantity, from its derivatives by the parameters (delta method). */
  errorOf(quantity: (parameters: readonly number[]) => number): number;
}

/**
 * The covariance of the parameters, `s^2 (J' J)^-1` with `s^2 = sum r^2 / (n - p)`: of a fit by least squares whose
 * residuals are independent and alike. NaN where the data do not tell parameters apart.
 */
export function covariance(problem: FitProblem, { parameters, residuals }: Fit): Covariance {
  const columns = jacobian(problem, parameters);
  const sizes = columns.map(norm);
  const scaled = new Matrix(columns.map((column, j) => Array.from(column, (value) => value / sizes[j])));
  const variance = sumOfSquares(residuals) / (residuals.length - parameters.length);
  const matrix = inverted(scaled.mmul(scaled.transpose()));
  const between = (i: number, j: number) => (variance * matrix.get(i, j)) / (sizes[i] * sizes[j]);
  return {
    errors: parameters.map((_, j) => Math.sqrt(between(j, j))),
    errorOf(quantity) {
      const slopes = jacobian({ predict: (at) => Float64Array.of(quantity(at)) }, parameters).map(([slope]) => slope);
      return Math.sqrt(
        slopes.reduce((sum, a, i) => sum + slopes.reduce((row, b, j) => row + a * b * between(i, j), 0), 0),
      );
    },
  };
}

function inverted(matrix: Matrix): Matrix {
  try {
    return inverse(matrix);
  } catch {
    return Matrix.ones(matrix.rows, matrix.columns).mul(Number.NaN);
  }
}
