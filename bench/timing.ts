/** The milliseconds of one call, after a call to warm up: the median of `times`. */
export async function medianTime(work: () => Promise<unknown>, times: number): Promise<number> {
  await work();
  const durations: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    durations.push(performance.now() - start);
  }
  return median(durations);
}

/** The milliseconds of one call, after a call to warm up: the mean of `times`. */
export async function meanTime(work: () => Promise<unknown>, times: number): Promise<number> {
  await work();
  const start = performance.now();
  for (let i = 0; i < times; i++) await work();
  return (performance.now() - start) / times;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
