/** Fills floats with a row again and again: by copies that double, since models are large and small files many. */
export function repeatRow(to: Float32Array, row: Float32Array): void {
  to.set(row);
  for (let filled = row.length; filled < to.length; filled *= 2)
    to.copyWithin(filled, 0, Math.min(filled, to.length - filled));
}
