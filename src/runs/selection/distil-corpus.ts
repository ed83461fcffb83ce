import { createRandom } from "../../base/random.js";
import { packDocuments } from "../../data/packing.js";
import type { Document } from "../../data/readers/corpus.js";
import {
  type DistilledQuality,
  DistilledScorer,
  distil,
  type HeldOutScores,
} from "../../selection/distilled-scorer.js";
import type { Packing } from "../../selection/document-scores.js";
import { reservoirSample } from "../../selection/reservoir.js";
import type { WindowScorer } from "../../selection/window-scorer.js";
import type { ObservedCorpus } from "./observed-corpus.js";
import type { SelectionFolder } from "./selection-folder.js";

/** Windows of one sampled document, so that the sample is not all of a few long ones. */
const SAMPLED_WINDOWS = 8;

/** Told how many documents are done in the phase under way, and how much of it, from 0 to 1. */
export type Observe = (documents: number, fraction: number) => void;

/**
 * Fits a scorer to the contributions in a sample of the corpus, or reads the one that was fitted before.
 *
 * @param documents how many are sampled
 * @throws InputError if no scorer correlates with the contributions, and if the one that was fitted is damaged
 */
export async function distilCorpus(
  corpus: ObservedCorpus,
  documents: number,
  { tokenizer, length, excluded }: Packing,
  contributions: WindowScorer,
  folder: SelectionFolder,
  seed: number,
  observe: Observe,
): Promise<{ scorer: DistilledScorer; quality: DistilledQuality; heldOut: HeldOutScores }> {
  const before = folder.readScorer();
  if (before !== undefined) return { ...before, scorer: new DistilledScorer(before.fit) };
  let read = 0;
  const candidates = async function* (): AsyncGenerator<Document> {
    for await (const document of corpus.documents()) {
      // Reading is the smaller part of this phase.
      observe(++read, corpus.fraction / 4);
      if (!excluded.has(document.text)) yield document;
    }
  };
  const sample = await reservoirSample(candidates(), documents, createRandom(seed, "documents to distil from"));
  const ids = await tokenizer.encode(sample.map(({ text }) => text));
  const windows = ids.map((document) =>
    spread(packDocuments([document], length, tokenizer.separator), SAMPLED_WINDOWS).map(({ tokens }) => tokens),
  );
  const all = windows.flat();
  const scores = await contributions.score(all, (done) => observe(read, 1 / 4 + (3 / 4) * (done / all.length)));
  let start = 0;
  const { scorer, quality, heldOut } = distil(
    windows.map((windows) => {
      start += windows.length;
      return { windows, scores: scores.subarray(start - windows.length, start) };
    }),
  );
  folder.writeScorer(scorer.fit, quality, heldOut);
  return { scorer, quality, heldOut };
}

/** At most `most` items, evenly spread. */
function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / most)]);
}
