/** The value at a share (0 to 1) of the way from the first of these evenly spaced values to the last, on straight lines. */
export function interpolate(values: ArrayLike<number>, share: number): number {
  const place = share * (values.length - 1);
  const before = Math.min(Math.floor(place), values.length - 2);
  return values[before] + (place - before) * (values[before + 1] - values[before]);
}
