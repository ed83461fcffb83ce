/** Where the batches of a training come from. */
export interface BatchSource {
  /** The examples of step t = 0, 1, ..: numbers from 0 to N - 1, as many in every step. */
  rows(t: number): Int32Array;
  /** The sum over all examples drawn before step t, each as often as it was, of their entries in `values` (N numbers). */
  total(t: number, values: Int32Array): number;
}
