/** A finished training: its model's parameters, the tokens it learned from, and the loss that it ended with, in nats. */
export interface SizedRun {
  readonly params: number;
  readonly tokens: number;
  readonly loss: number;
}

/** A law of the loss as a function of parameters N and tokens D. Its parameters may be logarithms of its coefficients. */
export interface SizeLaw {
  readonly name: string;
  /** The formula, with its source. */
  readonly about: string;
  readonly source: string;
  /** The names of the coefficients, as they are reported. */
  readonly coefficients: readonly string[];
  /** The coefficients that parameters stand for. */
  readonly ofParameters: (parameters: readonly number[]) => readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Where to begin, given the lowest loss. */
  readonly starts: (lowest: number) => readonly (readonly number[])[];
  /** ln L. */
  readonly lnLoss: (parameters: readonly number[], lnN: number, lnD: number) => number;
  /** ln N of the least loss for a compute of C = 6 N D, given ln C. */
  readonly lnOptimalSize: (parameters: readonly number[], lnC: number) => number;
}

/** ln(e^a + e^b + ...), which does not overflow. */
export function logSumExp(...values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
