import { distance } from "fastest-levenshtein";

/**
 * The candidate that differs from `name` in the fewest characters, case ignored; undefined if there is none.
 *
 * @param most characters in which it may differ
 */
export function nearest(
  name: string,
  candidates: readonly string[],
  most = Number.POSITIVE_INFINITY,
): string | undefined {
  const distances = candidates.map((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()));
  const least = Math.min(...distances);
  return least <= most ? candidates[distances.indexOf(least)] : undefined;
}
