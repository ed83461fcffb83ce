import type { Spans } from "./vocabulary.js";

/**
 * The places of tokens that stand for the bytes of a text in UTF-8, one after the other.
 *
 * @param lengths of the tokens, in bytes
 * @param before bytes of the first tokens that are not the text's
 */
export function byteSpans(text: string, lengths: readonly number[], before: number): Spans {
  const bytes = Buffer.from(text);
  const spans = new Uint32Array(2 * lengths.length);
  let [at, characters] = [0, 0];
  /** Characters that begin before this byte. */
  const begunBefore = (end: number) => {
    // The bytes of a character after its first are 10xxxxxx.
    for (; at < end; at++) if ((bytes[at] & 0xc0) !== 0x80) characters += 1;
    return characters;
  };
  let end = -before;
  for (const [i, length] of lengths.entries()) {
    const start = Math.max(0, end);
    end = Math.min(bytes.length, end + length);
    const whole = begunBefore(start);
    const within = start < bytes.length && (bytes[start] & 0xc0) === 0x80;
    spans[2 * i] = within ? whole - 1 : whole;
    spans[2 * i + 1] = begunBefore(Math.max(start, end));
  }
  return spans;
}
