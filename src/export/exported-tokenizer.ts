import { Tokenizer } from "tokenizers";
import { mistralTokenizerFile } from "../data/tokenizers/mistral-tokenizer.js";
import type { StoredTokenizer } from "../data/tokenizers/tokenizer.js";

/** What of a tokenizer.json is read or changed here; the rest is kept. */
interface TokenizerFile {
  added_tokens?: { id: number; content: string }[];
  model: {
    /** Ids by token; of a Unigram model, tokens and their scores in the order of their ids. */
    vocab: Record<string, number> | [token: string, score: number][];
    unk_token?: string | null;
    unk_id?: number | null;
  };
}

/** A tokenizer as other programs read it. */
export interface ExportedTokenizer {
  /** The text of a tokenizer.json. */
  readonly json: string;
  /** Its special tokens: ids 0, 1 and 2. */
  readonly padding: string;
  readonly unknown: string;
  readonly separator: string;
}

/**
 * A stored tokenizer as one Hugging Face tokenizer.json with the model's ids. It cuts text as the whole tokenizer does,
 * which needs all tokens: those that the model does not have get ids from V on, and are to be read as unknown.
 * Where text is encoded with special tokens, the separator stands before it. Text that spells a special token is that
 * token.
 */
export function exportTokenizer(stored: StoredTokenizer): ExportedTokenizer {
  const json = stored.kind === "mistral" ? mistralTokenizerFile() : stored.json!;
  const file: TokenizerFile = JSON.parse(json);
  const tokenizer = Tokenizer.fromString(json);
  // As when the ids to keep were chosen: the file may not have it.
  tokenizer.addSpecialTokens([UNKNOWN]);
  const base = Object.entries(tokenizer.getVocab(true)).sort(([, a], [, b]) => a - b);
  const names = new Map(base.map(([token, id]) => [id, token]));

  const unused = (name: string): string => (tokenizer.tokenToId(name) === null ? name : unused(`<${name}>`));
  const special = {
    padding: unused("<|padding|>"),
    unknown: ownUnknown(file) ?? UNKNOWN,
    separator: unused("<|endoftext|>"),
  };
  const known = [special.padding, special.unknown, special.separator, ...stored.kept.map((id) => names.get(id)!)];
  const isKnown = new Set(known);
  const tokens = [...known, ...base.map(([token]) => token).filter((token) => !isKnown.has(token))];
  const ids = new Map(tokens.map((token, id) => [token, id]));

  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added = new Map((file.added_tokens ?? []).map((token) => [token.content, token]));
  const addedTokens = [...new Set([...Object.values(special), UNKNOWN, ...added.keys()])]
    .map((content) => ({ ...plain, ...added.get(content), content, id: ids.get(content)! }))
    .sort((a, b) => a.id - b.id);
  const whole = {
    ...file,
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    post_processor: separatorBefore(special.separator, ids.get(special.separator)!),
    model: { ...file.model, ...renumbered(file.model, tokens, ids, special.unknown) },
  };
  return { json: JSON.stringify(whole), ...special };
}

const UNKNOWN = "<unk>";

/** The token that the model itself gives to what it does not know, if it has one. */
function ownUnknown({ model: { vocab, unk_token, unk_id } }: TokenizerFile): string | undefined {
  return unk_token ?? (Array.isArray(vocab) && typeof unk_id === "number" ? vocab[unk_id][0] : undefined);
}

/** The vocabulary in which every token's id is its place in `tokens`. */
function renumbered(
  { vocab, unk_id }: TokenizerFile["model"],
  tokens: readonly string[],
  ids: ReadonlyMap<string, number>,
  unknown: string,
): Partial<TokenizerFile["model"]> {
  if (!Array.isArray(vocab)) return { vocab: Object.fromEntries(ids) };
  const scores = new Map(vocab);
  // Special tokens are found before the model is asked; SentencePiece gives them 0 too.
  return {
    vocab: tokens.map((token) => [token, scores.get(token) ?? 0]),
    unk_id: typeof unk_id === "number" ? ids.get(unknown) : unk_id,
  };
}

function separatorBefore(separator: string, id: number): object {
  const text = (sequence: "A" | "B") => ({ Sequence: { id: sequence, type_id: 0 } });
  const start = { SpecialToken: { id: separator, type_id: 0 } };
  return {
    type: "TemplateProcessing",
    single: [start, text("A")],
    pair: [start, text("A"), text("B")],
    special_tokens: { [separator]: { id: separator, ids: [id], tokens: [separator] } },
  };
}
