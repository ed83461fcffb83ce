/** What gives windows of text a score, a higher one to those that should rather be learned from. */
export interface WindowScorer {
  /**
   * @param windows ids of at most `length + 1` tokens each, as `packDocuments` cuts them
   * @param onWindows told how many of them are scored so far; what it throws ends the work
   * @returns a finite number for each window
   */
  score(windows: readonly (readonly number[])[], onWindows?: (done: number) => void): Promise<Float64Array>;
}
