/** Where the batches of a training come from. */
export interface BatchSource {
  /** The examples of step t = 0, 1, ..: numbers from 0 to N - 1, as many in every step. */
  rows(t: number): Int32Array;
}
