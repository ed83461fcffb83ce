import type { Random } from "../../src/base/random.js";

type Spoil = (text: string, random: Random, words: readonly string[]) => string;

/** Ways to spoil a text that are none of `data.perturbed`. */
export const SPOILS: Readonly<Record<string, Spoil>> = {
  "words shuffled within sentences": (text, random) =>
    text.replaceAll(/[^.!?\n]+/g, (sentence) => {
      const words = sentence.trim().split(/\s+/);
      return ` ${Array.from(random.permutation(words.length), (i) => words[i]).join(" ")}`;
    }),
  "a quarter of the letters replaced": (text, random) =>
    text.replaceAll(/[a-z]/gi, (letter) =>
      random.integer(4) === 0 ? String.fromCharCode(97 + random.integer(26)) : letter,
    ),
  "lists of random words": (text, random, words) =>
    text.replaceAll(/\S+/g, () => words[random.integer(words.length)]).replaceAll(/\s+/g, " "),
};
