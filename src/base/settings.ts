import { z } from "zod";

/*
 * The schemas of settings. The message of each is what it wants: whoever reports a refusal puts the key before it and what
 * was given behind it, "training.batch: expected a whole number from 1 to 1000000000, got 0".
 */

/** A whole number within bounds. */
export function whole(least: number, most = 1e9) {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).min(least, wanted).max(most, wanted);
}

/** A number within bounds, which are its own, described by `wanted`. */
export function between(least: number, most: number, wanted: string) {
  return z.number(wanted).min(least, wanted).max(most, wanted);
}

/** A number above 0. */
export const positive = () => between(Number.MIN_VALUE, 1e9, "a number above 0, at most 1000000000");

/** A number that is not negative. */
export const notNegative = () => between(0, 1e9, "a number from 0 to 1000000000");

/** A number from 0 to below 1, such as the decay of a mean. */
export const belowOne = (wanted = "a number from 0 to below 1") => z.number(wanted).min(0, wanted).lt(1, wanted);

/** A share of something. */
export const share = () => between(0, 1, "a number from 0 to 1");

/** A text that is not empty. */
export const text = (wanted: string) => z.string(wanted).min(1, wanted);

/** A section of a configuration, whose keys are these and no others. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape);
  return z.strictObject(
    shape,
    names.length === 0 ? "a section without keys" : `a section with the keys ${names.join(", ")}`,
  );
}
