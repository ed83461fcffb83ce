/** The parts of a tokenizer.json that decide where a text may be cut. */
export interface TokenizerDescription {
  readonly normalizer?: object | null;
  readonly pre_tokenizer?: { readonly type: string; readonly use_regex?: boolean } | null;
  readonly added_tokens?: readonly { readonly content: string; readonly lstrip: boolean; readonly rstrip: boolean }[];
}

/**
 * Whether a tokenizer reads `sun moon` as `sun` and then ` moon`, whatever stands around them. Byte-level ones do, as they
 * split a text into words with the space before each (Radford et al. 2019, GPT-2), where nothing else looks across that
 * place: neither a normalizer nor a special token.
 */
export function cutsBeforeSpaces({ normalizer, pre_tokenizer, added_tokens = [] }: TokenizerDescription): boolean {
  const splits = pre_tokenizer?.type === "ByteLevel" && pre_tokenizer.use_regex !== false;
  const looksAcross = added_tokens.some(({ content, lstrip, rstrip }) => lstrip || rstrip || /\s/.test(content));
  return splits && (normalizer ?? null) === null && !looksAcross;
}

/**
 * A text in pieces of about `characters`, each but the first with a space at its beginning, each but the last with no white
 * space at its end. Where there is no such place the rest is one piece.
 */
export function* pieces(text: string, characters: number): Generator<string> {
  // U+0085 is white space to tokenizers, which are not written in JavaScript.
  const place = /[^\s\u0085](?= )/gu;
  let start = 0;
  while (text.length - start > characters) {
    place.lastIndex = start + characters;
    const found = place.exec(text);
    if (found === null) break;
    const end = found.index + found[0].length;
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}
