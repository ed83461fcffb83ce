/** A number of 32 bits of two others, each bit of it of all of theirs (the finalizer of MurmurHash3, Appleby 2011). */
export function combine(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b + 0x7f4a7c15, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A number of 32 bits of several others, their order included. */
export function hash(...parts: readonly number[]): number {
  let h = 0;
  for (let i = 0; i < parts.length; i++) h = combine(h, parts[i]);
  return h;
}
