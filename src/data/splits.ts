import { InputError } from "../errors.js";
import { createRandom } from "../random.js";
import type { Document } from "./corpus.js";
import type { DataSplits, Examples, Origin } from "./examples.js";
import { packDocuments, padRows, type Row } from "./packing.js";
import { type Perturbation, PUBLISHED_PERTURBATION, perturbRows } from "./perturb.js";
import { fitTokenizer, type StorableTokenizer } from "./tokenizer.js";

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

/** Field `tokens` holds `[length + 1]` ids a row. */
export interface TextSplits extends DataSplits {
  /** Fitted on the training documents only. */
  readonly tokenizer: StorableTokenizer;
  /** The number of tokens that a model needs: the tokenizer's size. */
  readonly vocabulary: number;
  /** The documents that the validation and test sets are from: a model that learned from them would measure too well. */
  readonly unseenTexts: ReadonlySet<string>;
}

/**
 * Draws the four sets from documents, so that no document, nor another with the same text, is in two of them.
 *
 * Shuffled documents fill the test, validation and desired sets, each until it has K rows; of the rows of the rest, N are
 * drawn for training and perturbed. Every choice has random numbers of its own, so N and the noise leave the other three
 * sets as they were.
 *
 * @param corpus training documents
 * @param desired documents like those that the model should be good at, for the desired, validation and test sets;
 *   undefined to take these from `corpus`
 * @throws InputError if there is too little text, naming the key to lower.
 */
export async function buildTextSplits(
  options: TextSplitOptions,
  corpus: readonly Document[],
  desired: readonly Document[] | undefined,
  seed: number,
): Promise<TextSplits> {
  const { length } = options;
  const { training, heldOut, unseenTexts, tokenizer } = await divideDocuments(options, corpus, desired, seed);

  const trainingRows = await pack(training, tokenizer, length);
  if (trainingRows.length < options.examples) {
    throw new InputError(
      `${training.length} training documents give ${trainingRows.length} examples of ${length} tokens, but ` +
        `data.examples asks for ${options.examples}; lower it, or give more text.`,
    );
  }
  const order = createRandom(seed, "training rows").permutation(trainingRows.length);
  const drawn = Array.from(order.subarray(0, options.examples), (row) => trainingRows[row]);
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

interface Division {
  readonly training: readonly Document[];
  /** K rows each for test, validation and desired. */
  readonly heldOut: readonly (readonly Row[])[];
  readonly unseenTexts: ReadonlySet<string>;
  readonly tokenizer: StorableTokenizer;
}

async function divideDocuments(
  options: TextSplitOptions,
  corpus: readonly Document[],
  desired: readonly Document[] | undefined,
  seed: number,
): Promise<Division> {
  const pool = shuffle(distinct(desired ?? corpus), seed);
  refuseFewDocuments(pool.length, desired === undefined);
  const trainingWithout = (reserved: readonly Document[]) => {
    const texts = new Set(reserved.map((document) => document.text));
    const training = corpus.filter((document) => !texts.has(document.text));
    if (training.length > 0) return training;
    throw new InputError(
      `No training documents are left beside the desired, validation and test sets${
        desired === undefined
          ? "; lower data.desiredExamples, or give more text."
          : ": data.desired has the text of each; give other text as data.train."
      }`,
    );
  };

  // The tokenizer must see training documents only, but how many documents are held out depends on how it cuts them into
  // rows. So: hold out the first few, fit, count, and if they do not suffice, hold out what was counted and fit again.
  // With a corpus of its own, all of the pool is held out from the start.
  let reserved = desired === undefined ? 0 : pool.length;
  for (;;) {
    const training = trainingWithout(pool.slice(0, reserved));
    const tokenizer = await fitTokenizer(
      options.tokenizer,
      training.map((document) => document.text),
      options.vocabulary,
    );
    const rows = await pack(pool, tokenizer, options.length);
    const sets = takeSets(rows, options.desiredExamples);
    if (sets === undefined) throw shortOfRows(options, pool.length, rows, desired !== undefined);
    const { heldOut, documents } = sets;
    const unseen = heldOut.slice(0, 2).flat();
    const unseenTexts = new Set(unseen.map(({ document }) => pool[document].text));
    if (documents <= reserved) return { training, heldOut, unseenTexts, tokenizer };
    reserved = documents;
  }
}

/**
 * The first `wanted` rows for each of the three sets, no two sets sharing a document, and how many documents they take;
 * undefined if the rows do not suffice.
 */
function takeSets(rows: readonly Row[], wanted: number) {
  const heldOut: Row[][] = [[], [], []];
  let set = 0;
  for (const [i, row] of rows.entries()) {
    const full = heldOut[set].length === wanted;
    if (full && row.document === rows[i - 1].document) continue;
    if (full) set += 1;
    if (set === heldOut.length) return { heldOut, documents: row.document };
    heldOut[set].push(row);
  }
  if (heldOut[2].length < wanted) return undefined;
  return { heldOut, documents: rows[rows.length - 1].document + 1 };
}

/** Three sets without a document in common need three, whatever K is, and training needs another. */
function refuseFewDocuments(count: number, alsoForTraining: boolean): void {
  const sets = alsoForTraining ? "training, desired, validation and test" : "desired, validation and test";
  const needed = alsoForTraining ? 4 : 3;
  if (count >= needed) return;
  throw new InputError(
    `The ${sets} sets share no document, so ${alsoForTraining ? "data.train" : "data.desired"} must hold at least ` +
      `${needed} different documents, but has ${count}; documents are separated by blank lines or <|endoftext|> in a ` +
      ".txt file, and are the rows of a table.",
  );
}

/** @param exact whether the rows stay as they are when K is lowered, so that the largest K can be named */
function shortOfRows(options: TextSplitOptions, documents: number, rows: readonly Row[], exact: boolean): InputError {
  const largest = exact ? largestSets(rows) : 0;
  return new InputError(
    `${documents} documents give ${rows.length} examples of ${options.length} tokens, but data.desiredExamples asks for ` +
      `${options.desiredExamples} for each of the desired, validation and test sets, no document in two; lower it` +
      `${largest > 0 ? ` to ${largest}` : ""}, or give more text.`,
  );
}

/** The largest K that `takeSets` can satisfy: if it can one, it can all smaller. */
function largestSets(rows: readonly Row[]): number {
  let can = 0;
  let cannot = Math.floor(rows.length / 3) + 1;
  while (cannot - can > 1) {
    const middle = Math.floor((can + cannot) / 2);
    if (takeSets(rows, middle) === undefined) cannot = middle;
    else can = middle;
  }
  return can;
}

async function pack(documents: readonly Document[], tokenizer: StorableTokenizer, length: number): Promise<Row[]> {
  const ids = await tokenizer.encode(documents.map((document) => document.text));
  return packDocuments(ids, length, tokenizer.separator);
}

/** The first document of each text. */
function distinct(documents: readonly Document[]): Document[] {
  const first = new Map<string, Document>();
  for (const document of documents) if (!first.has(document.text)) first.set(document.text, document);
  return [...first.values()];
}

function shuffle(documents: readonly Document[], seed: number): Document[] {
  return Array.from(createRandom(seed, "documents").permutation(documents.length), (i) => documents[i]);
}
