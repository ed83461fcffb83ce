import type { ContentState } from "./content-state.js";
import { hash } from "./hash.js";

const { min } = Math;

/** What a bit is predicted from: all that is equal in two places. */
type Context = (state: ContentState) => number;

/**
 * The contexts, the most useful first: a level takes as many as it has time for. Numbers of bytes are called orders; a word
 * is followed by the part of the next that is known, by the last byte, or by what stands between.
 */
export const contexts: readonly Context[] = [
  ({ last4 }) => last4 & 0xff,
  ({ last4 }) => last4 & 0xffff,
  ({ last4 }) => last4 & 0xffffff,
  ({ last4 }) => last4,
  ({ last4, before4 }) => hash(last4, before4 & 0xffff),
  ({ word, gap }) => hash(word, gap),

  ({ word, gap, words }) => hash(word, gap, words[0]),
  ({ column, firstOfLine, last4 }) => hash(column, firstOfLine, last4 & 0xff),

  ({ word, words, last4 }) => hash(word, last4 & 0xff, words[1]),
  ({ above, column, last4 }) => hash(above, last4 & 0xff, min(column, 3)),
  ({ kinds, last4 }) => hash(kinds, last4 & 0xff),
  ({ last4, before4 }) => hash(last4, before4 & 0xff),

  ({ word, gap, words }) => hash(word, gap, words[0], words[1]),
  ({ wordLength, capital, kinds }) => hash(wordLength, capital, kinds & 0xfff),
  ({ word, gap, gapBefore, words }) => hash(word, gap, gapBefore, words[0]),
  ({ word, gap, firstOfSentence }) => hash(word, gap, firstOfSentence),

  () => 0,
  ({ kinds, last4 }) => hash(kinds & 0xffff, last4 & 0xffff),
  ({ word, quoted }) => hash(word, quoted),
  ({ letters4 }) => letters4,

  ({ followed1, last4 }) => hash(last4 & 0xff, followed1),
  ({ followed2, last4 }) => hash(last4 & 0xffff, followed2),
  ({ last4 }) => last4 & 0xf0f0f0ff,
  ({ word, gap, words }) => hash(word, gap, words[0], words[2]),

  ({ word, name, last4 }) => hash(word, last4 & 0xff, name),
  ({ word, longWord, gap }) => hash(word, gap, longWord),
  ({ word, position }) => hash(word, position >> 10),
  ({ word, distance }) => hash(word, distance),
  ({ word, firstOfParagraph }) => hash(word, firstOfParagraph),
  ({ word, words }) => hash(word, words[0], words[1], words[2]),
  ({ word, words, last4 }) => hash(word, last4 & 0xff, words[2]),
  ({ word, words, gap }) => hash(word, gap, words[1], words[2]),

  ({ followed1, followed2 }) => hash(followed1, followed2),
  ({ word, lastLength, last4 }) => hash(word, lastLength, last4 & 0xff),
  ({ word, words, last4 }) => hash(word, last4 & 0xff, words[0], words[3]),
  ({ word, ending, gap }) => hash(word, gap, ending),
  ({ last4, wordLength }) => hash(last4 & 0xffffff, min(wordLength, 7)),
  ({ wordsInSentence, last4, kinds }) => hash(min(wordsInSentence, 12), last4 & 0xff, kinds & 0xff),
  ({ letters4, lettersBefore4 }) => hash(letters4, lettersBefore4 & 0xffff),
  ({ words, last4 }) => hash(last4 & 0xffff, words[0]),

  ({ last4, before4 }) => hash(last4, before4 & 0xffffff),
  ({ last4, before4 }) => hash(last4, before4),
  ({ last4 }) => last4 & 0xffffff00,
  ({ last4 }) => last4 & 0xffff00,
  ({ last4 }) => last4 & 0xff00ff00,
  ({ word, words, last4 }) => hash(word, last4 & 0xff, words[3]),
  ({ last4, before4 }) => hash(last4 & 0xf0f0f0f0, before4 & 0xf0f0f0f0),
  ({ kinds }) => kinds,
];

/** The hashes of as many contexts as there is room for; two contexts of different number share none. */
export function hashContexts(state: ContentState, hashes: Uint32Array): void {
  for (let i = 0; i < hashes.length; i++) hashes[i] = hash(contexts[i](state), i);
}
