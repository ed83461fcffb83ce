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
  const mean = measured.reduce((sum, loss) => sum + loss, 0) / measured.length;
  const errors = measured.map((loss, i) => predicted[i] - loss);
  const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
  return {
    meanAbsoluteError: errors.reduce((sum, error) => sum + Math.abs(error), 0) / measured.length,
    finalError: errors[last],
    r2: 1 - squares / measured.reduce((sum, loss) => sum + (loss - mean) ** 2, 0),
  };
}
