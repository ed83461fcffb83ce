import type { Random } from "../base/random.js";

/**
 * `size` items of a stream, each equally likely, or all where it has fewer; memory holds no more than these (algorithm R,
 * Vitter 1985). Their order is not the stream's.
 */
export async function reservoirSample<Item>(items: AsyncIterable<Item>, size: number, random: Random): Promise<Item[]> {
  const sample: Item[] = [];
  let seen = 0;
  for await (const item of items) {
    seen += 1;
    if (sample.length < size) sample.push(item);
    else {
      const place = random.integer(seen);
      if (place < size) sample[place] = item;
    }
  }
  return sample;
}
