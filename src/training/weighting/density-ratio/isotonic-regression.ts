/**
 * The values that do not fall from one place to the next and are nearest to the given ones by weighted squares: the pooled
 * adjacent violators of Ayer et al. 1955. A mean over values that are 0 and 1 is the share of ones in its block.
 *
 * @param weights positive
 */
export function isotonic(values: Float64Array, weights: Float64Array): Float64Array {
  const blocks: { mean: number; weight: number; length: number }[] = [];
  values.forEach((value, i) => {
    let block = { mean: value, weight: weights[i], length: 1 };
    while (blocks.length > 0 && blocks[blocks.length - 1].mean >= block.mean) {
      const previous = blocks.pop()!;
      const weight = previous.weight + block.weight;
      const mean = previous.mean + (block.weight / weight) * (block.mean - previous.mean);
      block = { mean, weight, length: previous.length + block.length };
    }
    blocks.push(block);
  });
  const fitted = new Float64Array(values.length);
  let start = 0;
  for (const { mean, length } of blocks) {
    fitted.fill(mean, start, start + length);
    start += length;
  }
  return fitted;
}
