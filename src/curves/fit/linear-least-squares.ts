import { Matrix, solve } from "ml-matrix";
import { norm } from "../../base/floats.js";

/**
 * The factors of the columns whose sum is nearest to `observed` by squares, the shortest of them where several are: where
 * a law is linear in some parameters, their best values for given others. By the normal equations of columns of length 1.
 */
export function linearLeastSquares(columns: readonly Float64Array[], observed: Float64Array): number[] {
  const lengths = columns.map((column) => norm(column) || 1);
  const matrix = new Matrix(columns.map((column, j) => Array.from(column, (value) => value / lengths[j])));
  const factors = solve(matrix.mmul(matrix.transpose()), matrix.mmul(Matrix.columnVector(observed)), true);
  return factors.to1DArray().map((factor, j) => factor / lengths[j]);
}
