import { z } from "zod";
import { placeOf } from "../../data/examples.js";
import { ID } from "../../data/readers/carried-columns.js";
import type { Document } from "../../data/readers/corpus.js";
import type { DocumentScores } from "../../selection/document-scores.js";

const count = z.int().min(0);

/** Of a group of documents, how many there are, and how many of them were taken. */
const Tally = z.object({
  name: z.string(),
  ...{ documents: count, windows: count, tokens: count },
  ...{ selectedDocuments: count, selectedWindows: count, selectedTokens: count },
  /** Documents with negative scores: learning from them would do harm. */
  negative: count,
});
/** What it is checked by. */
export type Tally = z.infer<typeof Tally>;

const ExampleDocument = z.object({ file: z.string(), row: count, score: z.number(), tokens: count, text: z.string() });
/** A document that shows what a score means; a long text is cut. */
export type ExampleDocument = z.infer<typeof ExampleDocument>;

/** How scores were distributed, of what was taken, and examples: what a report of a selection is drawn from. */
export const SelectionRecord = z.object({
  /** Documents and their tokens in bins of one width; beyond the ends they are in the first and in the last. */
  histogram: z.object({
    ...{ from: z.number(), to: z.number(), lowest: z.number(), highest: z.number() },
    ...{ documents: z.array(count), selected: z.array(count), tokens: z.array(count) },
  }),
  /** By the file that they are from, in the order of the corpus. */
  files: z.array(Tally),
  /** By the values of each column of the corpus that was passed on and has few. */
  kinds: z.array(z.object({ column: z.string(), values: z.array(Tally) })),
  examples: z.object({
    best: z.array(ExampleDocument),
    /** The last that were taken, and the first that were not. */
    above: z.array(ExampleDocument),
    below: z.array(ExampleDocument),
    worst: z.array(ExampleDocument),
  }),
});
/** What it is checked by. */
export type SelectionRecord = z.infer<typeof SelectionRecord>;

const BINS = 200;
/** Standard deviations about the mean that the bins span: a few far scores do not take all the width. */
const SPAN = 4;
const EXAMPLES = 10;
/** A column with more values tells no kinds: it is a name, a date or a number. */
const MOST_KINDS = 12;
/** Characters of a value that are kept. */
const LONGEST_KIND = 80;
/** Characters of an example's text that are kept. */
const LONGEST_TEXT = 400;

/** Sums up a selection document by document, in memory that does not depend on their number. */
export class SelectionRecorder {
  private readonly histogram: SelectionRecord["histogram"];
  private readonly files = new Map<string, Tally>();
  private readonly kinds = new Map<string, Map<string, Tally>>();
  private readonly best = new Ranking((a, b) => b - a);
  private readonly above = new Ranking((a, b) => a - b);
  private readonly below = new Ranking((a, b) => b - a);
  private readonly worst = new Ranking((a, b) => a - b);

  /**
   * @param blocks the scores of all documents
   * @param threshold the lowest score that is selected, which the bins are made to hold
   * @param length tokens that a window predicts
   */
  constructor(
    blocks: Iterable<DocumentScores>,
    threshold: number,
    private readonly length: number,
  ) {
    const zeros = () => new Array<number>(BINS).fill(0);
    this.histogram = { ...rangeOf(blocks, threshold), documents: zeros(), selected: zeros(), tokens: zeros() };
  }

  /** Counts a document that could be selected; one that must not be, whose score is NaN, is not counted. */
  add(document: Document, score: number, tokens: number, selected: boolean): void {
    if (Number.isNaN(score)) return;
    const { file, row } = placeOf(document.source);
    const windows = Math.ceil(tokens / this.length);
    const tallies = [tallyOf(this.files, file), ...this.kindsOf(document)];
    for (const tally of tallies) addTo(tally, { windows, tokens, negative: score < 0 && tokens > 0 }, selected);
    // A document without a token has no score to speak of.
    if (tokens === 0) return;
    const { from, to, documents, selected: taken, tokens: predicted } = this.histogram;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((BINS * (score - from)) / (to - from))));
    documents[bin] += 1;
    taken[bin] += Number(selected);
    predicted[bin] += tokens;
    const example = { file, row, score, tokens, text: document.text };
    for (const ranking of [this.best, this.worst, selected ? this.above : this.below]) ranking.offer(example);
  }

  /** The tallies of the document's value in every column that tells kinds. */
  private kindsOf({ carried }: Document): Tally[] {
    return Object.entries(carried?.values ?? {}).flatMap(([column, value]) => {
      if (column === ID) return [];
      let values = this.kinds.get(column);
      if (values === undefined) {
        values = new Map();
        this.kinds.set(column, values);
      }
      // One more than there may be is enough to know that there are too many.
      if (values.size > MOST_KINDS) return [];
      return [tallyOf(values, String(value ?? "none").slice(0, LONGEST_KIND))];
    });
  }

  /** What was counted so far. */
  record(): SelectionRecord {
    const [best, above, below, worst] = [this.best, this.above, this.below, this.worst].map(({ examples }) => examples);
    const kinds = [...this.kinds].filter(([, values]) => values.size <= MOST_KINDS);
    return {
      ...{ histogram: this.histogram, files: [...this.files.values()], examples: { best, above, below, worst } },
      kinds: kinds.map(([column, values]) => ({ column, values: [...values.values()] })),
    };
  }
}

/** The first few documents in an order of scores; of equal ones those that came first. */
class Ranking {
  readonly examples: ExampleDocument[] = [];

  constructor(private readonly order: (a: number, b: number) => number) {}

  offer(example: ExampleDocument): void {
    const place = this.examples.findIndex(({ score }) => this.order(example.score, score) < 0);
    if (place < 0 && this.examples.length === EXAMPLES) return;
    const text = [...example.text.slice(0, 2 * LONGEST_TEXT)].slice(0, LONGEST_TEXT).join("").toWellFormed();
    this.examples.splice(place < 0 ? this.examples.length : place, 0, { ...example, text });
    this.examples.length = Math.min(this.examples.length, EXAMPLES);
  }
}

/** The scores that bins are made for, and the lowest and the highest that there are. */
function rangeOf(blocks: Iterable<DocumentScores>, threshold: number) {
  let [n, mean, squares] = [0, 0, 0];
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { scores } of blocks)
    for (const score of scores) {
      if (!Number.isFinite(score)) continue;
      n += 1;
      const off = score - mean;
      mean += off / n;
      squares += off * (score - mean);
      lowest = Math.min(lowest, score);
      highest = Math.max(highest, score);
    }
  const deviation = Math.sqrt(squares / n);
  const from = Math.min(Math.max(lowest, mean - SPAN * deviation), threshold);
  const to = Math.max(Math.min(highest, mean + SPAN * deviation), threshold);
  const wider = from < to ? 0 : 0.5;
  return { from: from - wider, to: to + wider, lowest, highest };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const found = tallies.get(name);
  if (found !== undefined) return found;
  const tally = {
    ...{ name, documents: 0, windows: 0, tokens: 0, negative: 0 },
    ...{ selectedDocuments: 0, selectedWindows: 0, selectedTokens: 0 },
  };
  tallies.set(name, tally);
  return tally;
}

function addTo(
  tally: Tally,
  { windows, tokens, negative }: { windows: number; tokens: number; negative: boolean },
  selected: boolean,
): void {
  tally.documents += 1;
  tally.windows += windows;
  tally.tokens += tokens;
  tally.negative += Number(negative);
  if (!selected) return;
  tally.selectedDocuments += 1;
  tally.selectedWindows += windows;
  tally.selectedTokens += tokens;
}
