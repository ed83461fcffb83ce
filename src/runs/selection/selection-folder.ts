import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { asInputError, syncFile, syncFolder, writeFileAtomically } from "../../files/atomic-file.js";
import { readSafetensors, writeSafetensors } from "../../files/safetensors.js";
import type { DistilledQuality } from "../../selection/distilled-scorer.js";
import type { DocumentScores } from "../../selection/document-scores.js";
import type { LinearFit } from "../../selection/ridge-regression.js";
import { configDifference } from "../log/config-difference.js";

/*
 * Beside OUT, while it is made, `OUT.partial/`:
 *
 *   begun.json                  what the scores depend on: a selection begun with something else is not continued
 *   scorer.safetensors          of --distil: the fitted scorer, with its quality as metadata
 *   scores-000000.safetensors   `scores` and `tokens` of the documents of one block of the corpus, and so on
 *   rows.jsonl                  the selected documents; of a .parquet, what it is made from
 *   summary.json                what the command prints at the end
 *
 * The file is renamed to OUT when it and the summary are whole, and then the folder is removed. Killed in between, the
 * summary is there with OUT.
 */

/** What a selection was begun with: plain values. */
export type Begun = Readonly<Record<string, unknown>>;

const BEGUN = "begun.json";
const SCORER = "scorer.safetensors";
const SUMMARY = "summary.json";

export class SelectionFolder {
  readonly path: string;

  /**
   * @param out the file that is selected into
   * @throws InputError if the folder exists, or, to resume, if it does not, and if it cannot be made
   */
  constructor(
    private readonly out: string,
    resume: boolean,
  ) {
    this.path = `${out}.partial`;
    if (existsSync(out)) throw new InputError(`${out} exists; remove it or choose another --out`);
    if (resume && !existsSync(this.path))
      throw new InputError(`there is no selection to continue: ${this.path} does not exist; start it without --resume`);
    if (!resume && existsSync(this.path))
      throw new InputError(`${this.path} exists; continue that selection with --resume, or remove it`);
    try {
      mkdirSync(this.path, { recursive: resume });
    } catch (error) {
      throw asInputError(error, `cannot write ${out}`);
    }
  }

  /** Notes what the selection is begun with, or compares. Throws InputError that names the first difference. */
  begin(now: Begun): void {
    const path = join(this.path, BEGUN);
    if (!existsSync(path)) {
      writeFileAtomically(path, `${JSON.stringify(now, null, 2)}\n`);
      return;
    }
    const difference = configDifference(parseJson(readFileSync(path, "utf8"), path), now);
    if (difference === undefined) return;
    const [before, after] = [difference.before, difference.after].map((value) => JSON.stringify(value) ?? "not set");
    throw new InputError(
      `${this.path} was begun with ${difference.key} ${before}, and it is ${after} now; continue it as it was begun, or remove it`,
    );
  }

  /** Whether the block of this number is scored. */
  hasScores(block: number): boolean {
    return existsSync(this.scoresPath(block));
  }

  writeScores(block: number, { scores, tokens }: DocumentScores): void {
    const shape = [scores.length];
    writeSafetensors(this.scoresPath(block), { scores: { data: scores, shape }, tokens: { data: tokens, shape } });
  }

  /** All blocks that are scored, in their order. */
  *scores(): Generator<DocumentScores> {
    for (let block = 0; this.hasScores(block); block++) {
      const { tensors } = readSafetensors(this.scoresPath(block));
      const [scores, tokens] = [tensors.scores?.data, tensors.tokens?.data];
      if (!(scores instanceof Float64Array && tokens instanceof Float64Array))
        throw new InputError(`${this.scoresPath(block)} is damaged: it is not what learning-law wrote there`);
      yield { scores, tokens };
    }
  }

  writeScorer({ weights, intercept }: LinearFit, quality: DistilledQuality): void {
    const tensors = {
      weights: { data: weights, shape: [weights.length] },
      intercept: { data: Float64Array.of(intercept), shape: [] },
    };
    writeSafetensors(join(this.path, SCORER), tensors, { quality: JSON.stringify(quality) });
  }

  /** The fitted scorer; undefined if there is none yet. */
  readScorer(): { fit: LinearFit; quality: DistilledQuality } | undefined {
    const path = join(this.path, SCORER);
    if (!existsSync(path)) return undefined;
    const { tensors, metadata } = readSafetensors(path);
    const fit = { weights: tensors.weights.data as Float64Array, intercept: Number(tensors.intercept.data[0]) };
    return { fit, quality: parseJson(metadata.quality, path) as unknown as DistilledQuality };
  }

  /** Gives the file of this name in the folder the name OUT, and removes the folder. */
  finish(name: string, summary: object): void {
    writeFileAtomically(join(this.path, SUMMARY), `${JSON.stringify(summary)}\n`);
    syncFile(join(this.path, name));
    renameSync(join(this.path, name), this.out);
    syncFolder(dirname(this.out));
    this.remove();
  }

  remove(): void {
    // The summary last: as long as it is there, a killed process can finish.
    for (const name of readdirSync(this.path)) if (name !== SUMMARY) rmSync(join(this.path, name));
    rmSync(this.path, { recursive: true });
  }

  private scoresPath(block: number): string {
    return join(this.path, `scores-${String(block).padStart(6, "0")}.safetensors`);
  }
}

/** The summary of a selection that was killed when OUT was there already, which is thereby finished; else undefined. */
export function finishSelection(out: string): Record<string, unknown> | undefined {
  const path = join(`${out}.partial`, SUMMARY);
  if (!existsSync(out) || !existsSync(path)) return undefined;
  const summary = parseJson(readFileSync(path, "utf8"), path);
  rmSync(`${out}.partial`, { recursive: true });
  return summary;
}

/** The SHA-256 of a file's bytes. */
export function fileDigest(path: string): string {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
}

function parseJson(text: string, path: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw new InputError(`${path} is damaged: it is not what learning-law wrote there`, { cause: error });
  }
}
