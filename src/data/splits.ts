import { InputError } from "../base/errors.js";
import { createRandom } from "../base/random.js";
import { encoded } from "./encode-documents.js";
import type { DataSplits, Examples, Origin } from "./examples.js";
import { HeldOutSets, largestSets } from "./held-out-sets.js";
import { padRows, type Row } from "./packing.js";
import { type Perturbation, PUBLISHED_PERTURBATION, perturbRows } from "./perturb.js";
import type { Preparation } from "./preparation.js";
import type { Document } from "./readers/corpus.js";
import { fitTokenizer, type StorableTokenizer } from "./tokenizers/tokenizer.js";
import { Windows } from "./windows.js";

/** How documents become the four sets: how many examples, how long, in which tokens, how noisy. */
export interface TextSplitOptions {
  /** N, the number of training examples. */
  readonly examples: number;
  /** K, the number of desired examples; as many for validation and for test. */
  readonly desiredExamples: number;
  /** Predicted tokens in an example. */
  readonly length: number;
  /** V, the number of tokens, special ones included. */
  readonly vocabulary: number;
  /** `bpe`, `mistral` or the path of a tokenizer.json. */
  readonly tokenizer: string;
  /** Of training examples; `PUBLISHED_PERTURBATION` if not given. */
  readonly perturbation?: Perturbation;
}

/** The documents that the four sets are drawn from. */
export interface TextSources {
  /** For training, and for every other set that has no documents of its own. */
  readonly corpus: readonly Document[];
  /** How many documents the corpus has of which those are a sample; their number if not given. */
  readonly corpusSize?: number;
  /** Like those that the model should be good at: for the desired, validation and test sets. */
  readonly desired?: readonly Document[];
  /** For the test set alone; no other set has the text of any of them. */
  readonly test?: readonly Document[];
}

/** Field `tokens` holds `[length + 1]` ids a row. */
export interface TextSplits extends DataSplits {
  /** Fitted on the training documents only. */
  readonly tokenizer: StorableTokenizer;
  /** The number of tokens that a model needs: the tokenizer's size. */
  readonly vocabulary: number;
  /**
   * The documents that the validation and test sets are from, and all of `TextSources.test`: a model that learned from
   * them would measure too well.
   */
  readonly unseenTexts: ReadonlySet<string>;
}

/**
 * Draws the four sets from documents, so that no document, nor another with the same text, is in two of them.
 *
 * Shuffled documents fill the test, validation and desired sets, each until it has K rows; of the rows of the rest, N are
 * drawn for training and perturbed. Every choice has random numbers of its own, so N and the noise leave the other three
 * sets as they were.
 *
 * @throws InputError if there is too little text, naming the key to lower, or if desired documents are also test documents
 */
export async function buildTextSplits(
  options: TextSplitOptions,
  sources: TextSources,
  seed: number,
  preparation: Preparation = {},
): Promise<TextSplits> {
  const { length } = options;
  const { training, heldOut, unseenTexts, tokenizer } = await divideDocuments(options, sources, seed, preparation);

  preparation.onStage?.("cutting the training text into examples");
  const windows = new Windows(length, tokenizer.separator);
  for await (const ids of encoded(training, tokenizer, preparation)) windows.add(ids);
  if (windows.count < options.examples) throw shortOfExamples(options, sources, training.length, windows.count);
  refuseUnknown(windows, tokenizer, options);
  const order = createRandom(seed, "training rows").permutation(windows.count);
  const drawn = Array.from(order.subarray(0, options.examples), (row) => windows.row(row));
  const noisy = perturbRows(
    drawn.map((row) => row.tokens),
    options.perturbation ?? PUBLISHED_PERTURBATION,
    { length, vocabulary: tokenizer.size },
    createRandom(seed, "perturbation"),
  );
  const texts = await tokenizer.decode(noisy.map((row) => row.tokens));
  const origins = noisy.map(
    ({ perturbed }, i): Origin => ({
      document: training[drawn[i].document].source,
      window: drawn[i].window,
      text: texts[i],
      perturbed,
    }),
  );

  const examples = (rows: readonly { tokens: readonly number[] }[]): Examples => ({
    count: rows.length,
    fields: {
      tokens: padRows(
        rows.map((row) => row.tokens),
        length,
        tokenizer.padding,
      ),
    },
  });
  const [test, validation, wanted] = heldOut.map(examples);
  return {
    ...{ train: examples(noisy), origins, desired: wanted, validation, test },
    ...{ tokenizer, vocabulary: tokenizer.size, unseenTexts },
  };
}

/** A model of text that is mostly unknown learns to predict nothing but that. */
function refuseUnknown(windows: Windows, tokenizer: StorableTokenizer, options: TextSplitOptions): void {
  let [unknown, known] = [0, 0];
  for (let i = 0; i < windows.count; i++)
    for (const id of windows.row(i).tokens) {
      if (id === tokenizer.unknown) unknown += 1;
      else if (id !== tokenizer.separator) known += 1;
    }
  if (unknown > known)
    throw new InputError(
      `${Math.round((100 * unknown) / (unknown + known))}% of the training tokens are unknown to the tokenizer ` +
        `${options.tokenizer} with data.vocabulary ${options.vocabulary}; give a tokenizer that knows this text, such as ` +
        "bpe, or a larger vocabulary.",
    );
}

interface Division {
  readonly training: readonly Document[];
  /** K rows each for test, validation and desired. */
  readonly heldOut: readonly (readonly Row[])[];
  readonly unseenTexts: ReadonlySet<string>;
  readonly tokenizer: StorableTokenizer;
}

async function divideDocuments(
  options: TextSplitOptions,
  sources: TextSources,
  seed: number,
  preparation: Preparation,
): Promise<Division> {
  const { corpus, desired, test } = sources;
  const { desiredExamples, length } = options;
  const testPool = test && shuffle(distinct(test), seed, "test documents");
  const testTexts = textsOf(testPool ?? []);
  if (desired !== undefined) refuseShared(desired, testTexts);
  const pool = shuffle(distinct(without(desired ?? corpus, testTexts)), seed, "documents");
  refuseFewDocuments(pool.length, sources);

  // The tokenizer must see training documents only, but how many documents are held out depends on how it cuts them into
  // rows. So: hold out the first few, fit, count, and if they do not suffice, hold out what was counted and fit again.
  // With a corpus of its own, all of the pool is held out from the start; test documents of their own always are.
  let reserved = desired === undefined ? 0 : pool.length;
  for (;;) {
    const training = without(corpus, new Set([...textsOf(pool.slice(0, reserved)), ...testTexts]));
    if (training.length === 0) throw noTrainingDocuments(sources);
    preparation.onStage?.(`fitting the tokenizer to ${training.length} documents`);
    const tokenizer = await fitTokenizer(
      options.tokenizer,
      training.map((document) => document.text),
      options.vocabulary,
      preparation,
    );
    const windows = new Windows(length, tokenizer.separator);
    const sets = new HeldOutSets(desiredExamples, poolSets(sources).length);
    for await (const ids of encoded(pool, tokenizer, preparation)) {
      sets.add(windows.add(ids));
      // What is behind the sets need not be cut.
      if (sets.full) break;
    }
    const testWindows = new Windows(length, tokenizer.separator);
    for await (const ids of encoded(testPool ?? [], tokenizer, preparation)) {
      testWindows.add(ids);
      if (testWindows.count >= desiredExamples) break;
    }
    if (testPool && testWindows.count < desiredExamples)
      throw shortOfTestRows(options, sources, windows.counts, testWindows.count);
    if (!sets.full) throw shortOfRows(options, sources, windows.counts);
    if (sets.documents <= reserved) {
      const heldOut = sets.sets.map((numbers) => numbers.map((number) => windows.row(number)));
      // All but the last, the desired set.
      const unseen = heldOut.slice(0, -1).flat();
      const unseenTexts = new Set([...unseen.map(({ document }) => pool[document].text), ...testTexts]);
      const testSet = testPool && Array.from({ length: desiredExamples }, (_, number) => testWindows.row(number));
      return { training, heldOut: [...(testSet ? [testSet] : []), ...heldOut], unseenTexts, tokenizer };
    }
    reserved = sets.documents;
  }
}

/** The sets that desired documents, or else the corpus, have to fill, in this order. */
function poolSets({ test }: TextSources): readonly string[] {
  return test === undefined ? ["test", "validation", "desired"] : ["validation", "desired"];
}

/** A search that is led by the text that the test measures would measure too well. */
function refuseShared(desired: readonly Document[], testTexts: ReadonlySet<string>): void {
  const shared = desired.length - without(desired, testTexts).length;
  if (shared === 0) return;
  throw new InputError(
    `${shared} of the ${desired.length} documents of data.desired ${shared === 1 ? "is" : "are"} also in data.test; take ` +
      "them out of one of the two, so that the test text stays unseen.",
  );
}

/** Sets without a document in common need one each, whatever K is, and training needs another. */
function refuseFewDocuments(count: number, sources: TextSources): void {
  const alsoForTraining = sources.desired === undefined;
  const sets = [...poolSets(sources), ...(alsoForTraining ? ["training"] : [])].reverse();
  if (count >= sets.length) return;
  throw new InputError(
    `The ${listed(sets)} sets share no document, so ${alsoForTraining ? "data.train" : "data.desired"} must hold at least ` +
      `${sets.length} different documents${alsoForTraining && sources.test ? " that are not in data.test" : ""}, but has ` +
      `${count}; documents are separated by blank lines or <|endoftext|> in a .txt file, and are the rows of a table.`,
  );
}

function noTrainingDocuments({ desired, test }: TextSources): InputError {
  const given = [...(desired ? ["data.desired"] : []), ...(test ? ["data.test"] : [])];
  return new InputError(
    `No training documents are left beside the desired, validation and test sets${
      desired === undefined
        ? "; lower data.desiredExamples, or give more text."
        : `: ${listed(given)} ${test ? "have" : "has"} the text of each; give other text as data.train.`
    }`,
  );
}

/** Where the corpus is a sample of a larger one, more text does not help. */
function shortOfExamples(options: TextSplitOptions, sources: TextSources, documents: number, windows: number) {
  const { corpus, corpusSize = corpus.length } = sources;
  const sampled = corpusSize > corpus.length;
  return new InputError(
    `${documents} training documents${sampled ? `, of a sample of the corpus's ${corpusSize},` : ""} give ${windows} ` +
      `examples of ${options.length} tokens, but data.examples asks for ${options.examples}; lower it` +
      `${sampled ? ", or give a tokenizer with shorter tokens" : ", or give more text"}.`,
  );
}

/** @param windows of each document */
function shortOfRows(options: TextSplitOptions, sources: TextSources, windows: readonly number[]) {
  const sets = listed([...poolSets(sources)].reverse());
  const rows = windows.reduce((sum, some) => sum + some, 0);
  return new InputError(
    `${windows.length} documents give ${rows} examples of ${options.length} tokens, but data.desiredExamples asks for ` +
      `${options.desiredExamples} for each of the ${sets} sets, no document in two; ` +
      lowerTo(largestSets(windows, poolSets(sources).length), sources),
  );
}

/** @param windows of the other documents, so that the K that is named suits them too */
function shortOfTestRows(
  { length, desiredExamples }: TextSplitOptions,
  sources: TextSources,
  windows: readonly number[],
  testRows: number,
) {
  return new InputError(
    `The documents of data.test give ${testRows} examples of ${length} tokens, but data.desiredExamples asks for ` +
      `${desiredExamples}; ${lowerTo(Math.min(testRows, largestSets(windows, poolSets(sources).length)), sources)}`,
  );
}

/** What to do about too large a K. Without desired documents the rows change with K, so that the largest is not known. */
function lowerTo(largest: number, { desired }: TextSources): string {
  return `lower it${desired !== undefined && largest > 0 ? ` to ${largest}` : ""}, or give more text.`;
}

/** `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** The first document of each text. */
function distinct(documents: readonly Document[]): Document[] {
  const first = new Map<string, Document>();
  for (const document of documents) if (!first.has(document.text)) first.set(document.text, document);
  return [...first.values()];
}

function textsOf(documents: readonly Document[]): ReadonlySet<string> {
  return new Set(documents.map((document) => document.text));
}

function without(documents: readonly Document[], texts: ReadonlySet<string>): Document[] {
  return documents.filter((document) => !texts.has(document.text));
}

function shuffle(documents: readonly Document[], seed: number, purpose: string): Document[] {
  return Array.from(createRandom(seed, purpose).permutation(documents.length), (i) => documents[i]);
}
