import type { ComparedRuns, ExamplesPage, FigureInfo, PolicyMap } from "../protocol.js";

/*
 * What takes seconds, or much memory, is done beside the server, in a thread of its own.
 */

/** What can be asked for, by name: what it takes and gives. Paths are of run directories. */
export interface Drawings {
  figures: [{ run: string; others: readonly string[] }, FigureInfo[]];
  /** A figure as a whole file. */
  figure: [
    { run: string; others: readonly string[]; slug: string; format: "light" | "dark" | "png" },
    string | Uint8Array | undefined,
  ];
  /** The standalone page. */
  report: [{ run: string; others: readonly string[] }, string];
  examples: [{ run: string; order: "most" | "least"; query: string; limit: number }, ExamplesPage];
  /** A training beside a baseline, both as far as they are. */
  compare: [{ run: string; baseline: string }, ComparedRuns];
  policy: [{ run: string; columns: number; rows: number }, PolicyMap];
}

export type DrawingName = keyof Drawings;

/** A request to the thread. */
export interface DrawingRequest<Name extends DrawingName = DrawingName> {
  readonly id: number;
  readonly name: Name;
  readonly given: Drawings[Name][0];
}

/** Its answer. */
export interface DrawingAnswer {
  readonly id: number;
  readonly result?: unknown;
  /** In one sentence, for people. */
  readonly refused?: string;
  /** A mistake of this program's. */
  readonly failed?: string;
}
