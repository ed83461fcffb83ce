import { distance } from "fastest-levenshtein";

/** The candidate that differs from `name` in the fewest characters, case ignored; undefined if there is none. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const distances = candidates.map((candidate) => distance(name.toLowerCase(), candidate.toLowerCase()));
  return candidates[distances.indexOf(Math.min(...distances))];
}
