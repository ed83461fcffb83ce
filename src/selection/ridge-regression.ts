import { dot } from "../base/floats.js";

/** A matrix X [rows, columns], given by what it does to vectors. */
export interface LinearMap {
  readonly rows: number;
  readonly columns: number;
  /** into <- X vector */
  multiply(vector: Float64Array, into: Float64Array): void;
  /** into <- X' vector */
  multiplyTransposed(vector: Float64Array, into: Float64Array): void;
}

/** A linear function of rows x: < x, weights > + intercept. */
export interface LinearFit {
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Of the residual, relative to the right-hand side. */
const TOLERANCE = 1e-9;
const MOST_ITERATIONS = 1000;

/**
 * Ridge regression with an intercept b that is not shrunk:
 *
 *   minimise over w, b   (1/n) sum_i ( <x_i, w> + b - y_i )^2 + lambda |w|^2
 *
 * by conjugate gradients (Hestenes & Stiefel 1952) on its normal equations, rows and targets about their means:
 * ( Xc' Xc / n + lambda ) w = Xc' yc / n, and b = mean(y) - < mean(x), w >.
 *
 * @param lambda more than 0
 * @param start weights to begin at, such as those of a near lambda
 */
export function fitRidge(x: LinearMap, y: Float64Array, lambda: number, start?: Float64Array): LinearFit {
  const n = x.rows;
  const meanX = new Float64Array(x.columns);
  x.multiplyTransposed(new Float64Array(n).fill(1 / n), meanX);
  const meanY = y.reduce((sum, value) => sum + value / n, 0);
  const product = new Float64Array(n);
  /** into <- ( Xc' Xc / n + lambda ) w */
  const applyNormal = (w: Float64Array, into: Float64Array) => {
    x.multiply(w, product);
    const shift = dot(meanX, w);
    for (let i = 0; i < n; i++) product[i] = (product[i] - shift) / n;
    // The rows need not be about their mean here: what they are multiplied with sums to 0.
    x.multiplyTransposed(product, into);
    for (let j = 0; j < into.length; j++) into[j] += lambda * w[j];
  };

  const right = new Float64Array(x.columns);
  x.multiplyTransposed(
    y.map((value) => (value - meanY) / n),
    right,
  );
  const w = start?.slice() ?? new Float64Array(x.columns);
  const image = new Float64Array(x.columns);
  applyNormal(w, image);
  const residual = right.map((value, j) => value - image[j]);
  const direction = residual.slice();
  let squares = dot(residual, residual);
  const enough = TOLERANCE ** 2 * dot(right, right);
  for (let iteration = 0; iteration < MOST_ITERATIONS && squares > enough; iteration++) {
    applyNormal(direction, image);
    const alpha = squares / dot(direction, image);
    for (let j = 0; j < w.length; j++) {
      w[j] += alpha * direction[j];
      residual[j] -= alpha * image[j];
    }
    const before = squares;
    squares = dot(residual, residual);
    for (let j = 0; j < w.length; j++) direction[j] = residual[j] + (squares / before) * direction[j];
  }
  return { weights: w, intercept: meanY - dot(meanX, w) };
}
