/** From nothing to a whole character, in eighths. */
const EIGHTHS = " ▁▂▃▄▅▆▇█";

/**
 * A curve as rows of block characters, the highest first: in every column the mean of its part of the values.
 *
 * @param values not negative
 * @param most the value that fills all rows; what is above 0 is seen, however small
 */
export function curveBlocks(values: readonly number[], most: number, columns: number, rows = 1): string[] {
  const heights = Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * values.length) / columns);
    const part = values.slice(from, Math.max(from + 1, Math.floor(((i + 1) * values.length) / columns)));
    const height = part.reduce((sum, value) => sum + value, 0) / part.length / most;
    return height > 0 ? Math.max(1, Math.round(height * rows * 8)) : 0;
  });
  return Array.from({ length: rows }, (_, row) => {
    const below = 8 * (rows - 1 - row);
    return heights.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))]).join("");
  });
}
