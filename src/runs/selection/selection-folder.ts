import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import {
  asInputError,
  removeTemporary,
  renameDurably,
  syncFile,
  writeFileAtomically,
} from "../../files/atomic-file.js";
import { type FolderLock, LOCK, lockFolder } from "../../files/folder-lock.js";
import { damaged, parseJson, readJson, writeJson } from "../../files/json-file.js";
import { toCheckedLines } from "../../files/json-lines.js";
import { fileDigest } from "../../files/read-file.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../files/safetensors.js";
import { refuseExistingTable } from "../../files/table-file.js";
import type { DistilledQuality, HeldOutScores } from "../../selection/distilled-scorer.js";
import type { DocumentScores } from "../../selection/document-scores.js";
import type { LinearFit } from "../../selection/ridge-regression.js";
import { configDifference } from "../log/config-difference.js";
import { SelectionRecord } from "./selection-record.js";

/*
 * Beside OUT, while it is made, `OUT.partial/`:
 *
 *   begun.json                  what the scores depend on: a selection begun with something else is not continued
 *   scorer.safetensors          of --distil: the fitted scorer and what it says of held-out windows, its quality as metadata
 *   scores-000000.safetensors   `scores` and `tokens` of the documents of one block of the corpus, and so on
 *   rows.jsonl                  the selected documents; of a .parquet, what it is made from
 *   summary.json                what the command prints at the end
 *   record.json                 what a report is drawn from
 *
 * The file is renamed to OUT when it, the summary and the record are whole, the record to OUT.selection.json, and then the
 * folder is removed. Killed in between, the summary is there with OUT.
 */

/** What a selection was begun with: plain values. */
export type Begun = Readonly<Record<string, unknown>>;

const BEGUN = "begun.json";
const SCORER = "scorer.safetensors";
const SUMMARY = "summary.json";
const RECORD = "record.json";

/** Where what a report of a selection is drawn from lies, beside the file that was selected into. */
export const recordPath = (out: string) => `${out}.selection.json`;

/** What the quality of a distilled scorer is checked by. */
export const Quality: z.ZodType<DistilledQuality> = z.object({
  windows: z.int(),
  heldOutWindows: z.int(),
  lambda: z.number(),
  pearson: z.number(),
  spearman: z.number(),
});

/** Where a selection into a file is while it is made. */
export function selectionFolder(out: string): string {
  return `${out}.partial`;
}

/** The folder of a selection under way. */
export class SelectionFolder {
  readonly path: string;
  private readonly lock: FolderLock;

  /**
   * Makes or opens the folder, which is this process's until `release`.
   *
   * @param out the file that is selected into
   * @throws InputError if the folder exists, or, to resume, if it does not, if another process selects in it, and if it
   *   cannot be made
   */
  constructor(
    private readonly out: string,
    resume: boolean,
  ) {
    this.path = selectionFolder(out);
    if (!resume || !existsSync(this.path)) refuseExistingTable(out);
    refuseOtherRecord(recordPath(out));
    if (resume && !existsSync(this.path))
      throw new InputError(`there is no selection to continue: ${this.path} does not exist; start it without --resume`);
    if (!resume && existsSync(this.path))
      throw new InputError(`${this.path} exists; continue that selection with --resume, or remove it`);
    try {
      mkdirSync(this.path, { recursive: resume });
    } catch (error) {
      throw asInputError(error, `cannot write ${out}`);
    }
    this.lock = lockFolder(this.path);
    removeTemporary(this.path);
  }

  /** Lets other processes into the folder, where it is still there. */
  release(): void {
    this.lock.release();
  }

  /** Notes what the selection is begun with, or compares. Throws InputError that names the first difference. */
  begin(now: Begun): void {
    const path = join(this.path, BEGUN);
    if (!existsSync(path)) {
      writeJson(path, now);
      return;
    }
    const difference = configDifference(readJson(path, z.record(z.string(), z.unknown())), now);
    if (difference === undefined) return;
    const [before, after] = [difference.before, difference.after].map((value) => JSON.stringify(value) ?? "not set");
    throw new InputError(
      `${this.path} was begun with ${difference.key} ${before}, and it is ${after} now; continue it as it was begun, or remove it`,
    );
  }

  /** Whether it is noted what the selection is begun with: it can be continued. */
  isBegun(): boolean {
    return existsSync(join(this.path, BEGUN));
  }

  /** Whether the block of this number is scored. */
  hasScores(block: number): boolean {
    return existsSync(this.scoresPath(block));
  }

  writeScores(block: number, { scores, tokens }: DocumentScores): void {
    const shape = [scores.length];
    writeSafetensors(this.scoresPath(block), { scores: { data: scores, shape }, tokens: { data: tokens, shape } });
  }

  /** All blocks that are scored, in their order. Throws InputError if one is damaged. */
  *scores(): Generator<DocumentScores> {
    for (let block = 0; this.hasScores(block); block++) {
      const path = this.scoresPath(block);
      const { tensors } = readSafetensors(path);
      yield { scores: doubles(tensors.scores, path), tokens: doubles(tensors.tokens, path) };
    }
  }

  writeScorer({ weights, intercept }: LinearFit, quality: DistilledQuality, heldOut: HeldOutScores): void {
    const shape = [heldOut.measured.length];
    const tensors = {
      predicted: { data: heldOut.predicted, shape },
      measured: { data: heldOut.measured, shape },
      weights: { data: weights, shape: [weights.length] },
      intercept: { data: Float64Array.of(intercept), shape: [] },
    };
    writeSafetensors(join(this.path, SCORER), tensors, { quality: JSON.stringify(quality) });
  }

  /** The fitted scorer; undefined if there is none yet. Throws InputError if it is damaged. */
  readScorer(): { fit: LinearFit; quality: DistilledQuality; heldOut: HeldOutScores } | undefined {
    const path = join(this.path, SCORER);
    if (!existsSync(path)) return undefined;
    const { tensors, metadata } = readSafetensors(path);
    const fit = { weights: doubles(tensors.weights, path), intercept: doubles(tensors.intercept, path)[0] };
    const heldOut = { predicted: doubles(tensors.predicted, path), measured: doubles(tensors.measured, path) };
    return { fit, heldOut, quality: parseJson(metadata.quality ?? "", Quality, path) };
  }

  /**
   * The summary of a selection that was killed when OUT was there already, which is thereby finished; else undefined.
   *
   * @throws InputError if the summary is damaged, or there is an OUT that is not this selection's
   */
  finished<Summary>(schema: z.ZodType<Summary>): Summary | undefined {
    const path = join(this.path, SUMMARY);
    if (!existsSync(this.out) || !existsSync(path)) {
      refuseExistingTable(this.out);
      return undefined;
    }
    const { sha256 } = readJson(path, z.looseObject({ sha256: z.string().optional() }));
    if (sha256 === undefined) this.refuseEarlierSummary(path, schema);
    else if (sha256 !== fileDigest(this.out))
      throw new InputError(`${this.out} is not what was selected; remove it, or move it away`);
    const summary = readJson(path, schema);
    this.placeRecord();
    this.remove();
    return summary;
  }

  /** Earlier versions put less into a summary, and nothing of the file that was selected into. */
  private refuseEarlierSummary(path: string, schema: z.ZodType): void {
    const said = readJson(path, z.looseObject({}));
    const issues = schema.safeParse(said).error?.issues ?? [];
    if (issues.length > 0 && issues.every(({ path: [key] }) => !Object.hasOwn(said, key)))
      throw new InputError(`${this.out} is finished; remove ${this.path}, which an earlier version left`);
  }

  /** Gives the file of this name in the folder the name OUT, the record its own beside it, and removes the folder. */
  finish(name: string, summary: object, record: object): void {
    writeJson(join(this.path, RECORD), record);
    syncFile(join(this.path, name));
    writeFileAtomically(
      join(this.path, SUMMARY),
      toCheckedLines([{ ...summary, sha256: fileDigest(join(this.path, name)) }]),
    );
    renameDurably(join(this.path, name), this.out);
    this.placeRecord();
    this.remove();
  }

  /** A killed process may have done it already, or be of a version that kept none. */
  private placeRecord(): void {
    const path = join(this.path, RECORD);
    if (existsSync(path)) renameDurably(path, recordPath(this.out));
  }

  remove(): void {
    // The summary last: as long as it is there, a killed process can finish.
    const last = [SUMMARY, LOCK];
    for (const name of readdirSync(this.path)) if (!last.includes(name)) rmSync(join(this.path, name));
    rmSync(this.path, { recursive: true });
  }

  private scoresPath(block: number): string {
    return join(this.path, `scores-${String(block).padStart(6, "0")}.safetensors`);
  }
}

/** The record of an earlier selection is written over, and nothing else of that name is. */
function refuseOtherRecord(path: string): void {
  if (!existsSync(path)) return;
  try {
    readJson(path, SelectionRecord);
  } catch (error) {
    throw new InputError(`${path} exists and is no record of a selection; move it or choose another --out`, {
      cause: error,
    });
  }
}

function doubles(tensor: Tensor | undefined, path: string): Float64Array {
  if (tensor?.data instanceof Float64Array) return tensor.data;
  throw damaged(path);
}
