import { signal } from "@preact/signals";
import type { Point, Row, RunEvents, RunsEvents } from "../../../src/serve/protocol.js";
import { listen } from "../connection.js";

/** A run as the server sends it: its row, and its curve as far as it is. */
export class WatchedRun {
  readonly row = signal<Row | undefined>(undefined);
  readonly log = signal("");
  readonly gone = signal(false);
  /** Grows whenever the curve is another. */
  readonly version = signal(0);
  private points: Point[] = [];
  private tip: readonly Point[] = [];

  constructor(readonly id: string) {}

  /** The curve, thinned, with its newest points. */
  curve(): Point[] {
    return [...this.points, ...this.tip];
  }

  /** Takes in what the server sends. */
  take({ row, curve, more, tip, log, gone }: Partial<RunEvents>): void {
    if (row !== undefined) this.row.value = row;
    if (log !== undefined) this.log.value = log;
    if (gone !== undefined || row !== undefined) this.gone.value = gone === true;
    if (curve !== undefined) this.points = [...curve];
    if (more !== undefined) this.points.push(...more);
    if (tip !== undefined) this.tip = tip;
    if (curve !== undefined || more !== undefined || tip !== undefined) this.version.value += 1;
  }
}

/** Watches runs over one connection, until the function that is returned is called. */
export function watchRuns(runs: readonly WatchedRun[]): () => void {
  const query = new URLSearchParams(runs.map(({ id }) => ["run", id]));
  return listen<RunsEvents>(`/api/runs?${query}`, { run: ({ place, news }) => runs[place].take(news) }, () => {});
}
