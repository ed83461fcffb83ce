import { createHash } from "node:crypto";

/*
 * Every file of JSON, every line of JSON and every file of tensors that this program keeps for itself holds the digest of
 * the rest of it. So a file and its digest come to the disk together, and a bit that flips there is noticed when it is
 * read. What has no digest was written by an earlier version, or by somebody else, and is taken as it is.
 */

/** The key of a digest in JSON. */
const DIGEST = "digest";
/** That in the metadata of tensors, where others may have a digest of their own. */
export const TENSOR_DIGEST = "learning-law.digest";

/** The first 16 hexadecimal digits of the SHA-256 of texts and bytes, one after the other. */
export function digestOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, 16);
}

/**
 * An object as JSON with the digest of what it says without.
 *
 * @param context what else the digest covers: a text that is not in the object
 */
export function withDigest(value: object, context = ""): object {
  return { ...value, [DIGEST]: digestOf(JSON.stringify(value), context) };
}

/** What was read from JSON, without its digest; undefined if the digest is not that of the rest and of the context. */
export function checkDigest(value: unknown, context = ""): { readonly value: unknown } | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, DIGEST)) return { value };
  const { [DIGEST]: digest, ...rest } = value as Record<string, unknown>;
  return digest === digestOf(JSON.stringify(rest), context) ? { value: rest } : undefined;
}
