import { rounded } from "../base/words.js";
/** A share as a percentage with one decimal; a dash where there is none. */
export function percent(share: number | null): string {
  return share === null ? "-" : `${(100 * share).toFixed(1)}%`;
}

/** A number with so many decimals; a dash where there is none. */
export function fixed(value: number | null, decimals: number): string {
  return value === null ? "-" : value.toFixed(decimals);
}

/** A number to the digits that losses and counts are good for: whole ones as they are, others with six. */
export function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : rounded(value, 6);
}

/** What stands beside a claim that another seed might not bear out. */
export const ONE_SEED = "one seed";

/** How many times sooner a loss was reached; null where it never was, or where there is no such claim. */
export function speed(acceleration: number | null): string {
  return acceleration === null ? "none" : `${acceleration.toFixed(3)}x`;
}

/** The size of a model. */
export function modelSize({
  parameters,
  outcomes,
}: {
  readonly parameters: number;
  readonly outcomes: number;
}): string {
  return `${parameters.toLocaleString("en")} parameters, vocabulary ${outcomes.toLocaleString("en")}`;
}

/** `3 s`, `2 min 5 s`, `1 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
