import type { Carry } from "./carried-columns.js";

/** Told how many bytes of a file, as it lies on the disk, are read so far. */
export type OnRead = (bytes: number) => void;

/** How a corpus is read. */
export interface CorpusOptions {
  /** The column that holds the text, for formats with columns. */
  readonly column?: string;
  /** What a person sets to name the column, for messages; `data.column` by default. */
  readonly columnOption?: string;
  /** Columns whose values go along with the text; without it, none do. */
  readonly carry?: Carry;
  /** Aborting it ends the reading, which throws its reason. */
  readonly signal?: AbortSignal;
}

/** Options of the readers of one file. */
export interface ReadOptions extends CorpusOptions {
  /** Told how many bytes of the file are read so far. */
  readonly onRead?: OnRead;
}
