import { parse } from "yaml";
import type { z } from "zod";
import { InputError } from "../base/errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { checkDigest, withDigest } from "./digest.js";
import { readBytes } from "./read-file.js";

/*
 * Files in which this program keeps values for itself. What is read back is checked by a schema: whatever happened to a
 * file in between, nothing is computed from what was not written there.
 */

/** Writes a value with its digest as JSON that a person can read, atomically. Throws InputError if that is impossible. */
export function writeJson(path: string, value: object): void {
  writeFileAtomically(path, `${JSON.stringify(withDigest(value), null, 2)}\n`);
}

/**
 * What a file of JSON holds.
 *
 * @param remedy what to do where it is damaged: "restore it"
 * @throws InputError if it cannot be read, or does not hold what the schema wants
 */
export function readJson<T>(path: string, schema: z.ZodType<T>, remedy?: string): T {
  return parseJson(readBytes(path).toString(), schema, path, { remedy });
}

/** What a file of YAML holds. Throws InputError if it cannot be read, or does not hold what the schema wants. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  return checked(() => parse(readBytes(path).toString()), schema, path);
}

/**
 * What a text of JSON says, without its digest.
 *
 * @param place where the text is from: a file, or a line of one
 * @param context what else its digest covers
 * @throws InputError that names the place if it does not have the digest that it names, or is not what the schema wants
 */
export function parseJson<T>(
  text: string,
  schema: z.ZodType<T>,
  place: string,
  { remedy, context }: { readonly remedy?: string; readonly context?: string } = {},
): T {
  const parsed = () => {
    const whole = checkDigest(JSON.parse(text), context);
    if (whole === undefined) throw new Error("the digest is that of something else");
    return whole.value;
  };
  return checked(parsed, schema, place, remedy);
}

/** That what this program wrote at a place is there no more, in one sentence. */
export function damaged(place: string, remedy?: string, cause?: unknown): InputError {
  const reason = remedy === undefined ? ": it is not what learning-law wrote there" : `; ${remedy}`;
  return new InputError(`${place} is damaged${reason}`, { cause });
}

function checked<T>(parsed: () => unknown, schema: z.ZodType<T>, place: string, remedy?: string): T {
  try {
    return schema.parse(parsed());
  } catch (error) {
    throw error instanceof InputError ? error : damaged(place, remedy, error);
  }
}
