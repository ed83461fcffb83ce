import { sha256 } from "@noble/hashes/sha2.js";

/** Bytes of a check. */
export const CHECK_BYTES = 8;

/** The first 8 bytes of the SHA-256 of all bytes so far: what is wrong passes it once in 2^64 times. */
export class ContentDigest {
  private readonly hash = sha256.create();

  add(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  check(): Uint8Array {
    return this.hash.clone().digest().subarray(0, CHECK_BYTES);
  }
}

/** Whether two pieces of bytes are the same. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
