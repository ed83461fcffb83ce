import { InputError } from "../../base/errors.js";
import type { Random } from "../../base/random.js";
import type { Document } from "./corpus.js";
import { LONGEST_DOCUMENT } from "./document-bound.js";

/** Characters of a token; few tokenizers have longer ones on average. */
const PER_TOKEN = 8;

/** What a document takes beside its text, as so many characters. */
const PER_DOCUMENT = 256;

/** Characters; four of the longest documents count for no more, one for each set. */
const SMALLEST = 4 * (LONGEST_DOCUMENT + PER_DOCUMENT);

/**
 * The characters (`sampleDocuments`) of documents that give `examples` of `length` tokens, whether they are cut into several
 * or each is shorter than one; 64 Mi at least.
 */
export function charactersFor(examples: number, length: number): number {
  return Math.max(SMALLEST, examples * (PER_TOKEN * length + PER_DOCUMENT));
}

/** Of the characters that a sample may have, how many more are held until it is cut back to them. */
const SLACK = 1 / 16;

/** What a document counts for, in characters. */
function heldCharacters({ text }: Document): number {
  return text.length + PER_DOCUMENT;
}

/** Documents of a corpus, and how many it has. */
export interface Sample {
  readonly documents: Document[];
  readonly of: number;
}

/**
 * All documents of a corpus, where they count for at most `characters`, each for 256 more than its text has. Else those of
 * them that come first in a random order, as many as fit before the first that does not, in the order of the corpus. No
 * other is held, so that memory does not grow with the corpus.
 *
 * @param random one number is drawn for each document, in their order
 */
export async function sampleDocuments(
  corpus: AsyncIterable<Document>,
  characters: number,
  random: Random,
): Promise<Sample> {
  let held: { readonly document: Document; readonly key: number; readonly number: number }[] = [];
  let heldSize = 0;
  /** Documents with this key or a larger one do not fit. */
  let bound = Number.POSITIVE_INFINITY;
  let count = 0;
  const cutBack = () => {
    held.sort((a, b) => a.key - b.key || a.number - b.number);
    heldSize = 0;
    for (const [i, { document, key }] of held.entries()) {
      const size = heldCharacters(document);
      if (heldSize + size > characters) {
        bound = key;
        held = held.slice(0, i);
        return;
      }
      heldSize += size;
    }
  };
  for await (const document of corpus) {
    const key = random.uniform();
    if (key < bound) {
      held.push({ document, key, number: count });
      heldSize += heldCharacters(document);
      if (heldSize > characters * (1 + SLACK)) cutBack();
    }
    count += 1;
  }
  cutBack();
  return { documents: held.sort((a, b) => a.number - b.number).map(({ document }) => document), of: count };
}

/**
 * All documents, of which none may be left out.
 *
 * @param what they are, for a person
 * @throws InputError where they count for more than `characters`
 */
export async function readWithin(
  corpus: AsyncIterable<Document>,
  characters: number,
  what: string,
): Promise<Document[]> {
  const documents: Document[] = [];
  let size = 0;
  for await (const document of corpus) {
    size += heldCharacters(document);
    if (size > characters)
      throw new InputError(
        `${what} has more text than the ${characters} characters that are held for data.desiredExamples, each document ` +
          `counting for ${PER_DOCUMENT} more; give a part of it.`,
      );
    documents.push(document);
  }
  return documents;
}
