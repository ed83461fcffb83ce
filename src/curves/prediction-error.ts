import { mean, sumOfSquares } from "../base/floats.js";

/** How far predicted losses are from measured ones. */
export interface PredictionError {
  /** The mean of |measured - predicted|, in nats. */
  readonly meanAbsoluteError: number;
  /** Predicted less measured at the last step, in nats. */
  readonly finalError: number;
  /** 1 - sum (measured - predicted)^2 / sum (measured - mean)^2. */
  readonly r2: number;
}

/** @param measured at least one loss; @param predicted as many */
export function predictionError(measured: Float64Array, predicted: Float64Array): PredictionError {
  const last = measured.length - 1;
  const level = mean(measured);
  const errors = measured.map((loss, i) => predicted[i] - loss);
  return {
    meanAbsoluteError: mean(errors.map(Math.abs)),
    finalError: errors[last],
    r2: 1 - sumOfSquares(errors) / sumOfSquares(measured.map((loss) => loss - level)),
  };
}
