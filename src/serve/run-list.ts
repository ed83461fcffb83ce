import { sep } from "node:path";
import type { Entry } from "./entries/entry.js";
import { EntryFinder } from "./entries/find-entries.js";
import { WatchedRun } from "./entries/watched-run.js";
import type { Jobs } from "./jobs.js";
import type { Row } from "./protocol.js";

/** Between two looks at all that lies there, in milliseconds. */
const BETWEEN_FINDS = 1000;
/** Between two looks at an entry that does not run, in milliseconds. */
const BETWEEN_ROUNDS = 2000;
/** What a look may take, in milliseconds: requests wait meanwhile. */
const BUDGET = 40;

interface Listed {
  readonly kind: string;
  readonly entry: Entry;
  row: Row;
  version: number;
}

/**
 * Everything in the served folder, each entry with the number of the change in which its row last became another. It is
 * brought up to date when somebody asks, at most for a moment at a time: those that run first, the others in turn.
 */
export class RunList {
  private readonly finder: EntryFinder;
  private readonly entries = new Map<string, Listed>();
  private readonly removed = new Map<string, number>();
  private queue: string[] = [];
  private foundAt = Number.NEGATIVE_INFINITY;
  private roundAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private version = 0;

  constructor(
    private readonly root: string,
    private readonly jobs: Jobs,
  ) {
    this.finder = new EntryFinder(root);
  }

  /** Looks at what is there, unless that was just done. Returns whether there is more to look at soon. */
  refresh(now = performance.timeOrigin + performance.now()): boolean {
    if (this.queue.length === 0 && now - this.lookedAt < 100) return false;
    this.lookedAt = now;
    if (now - this.foundAt >= BETWEEN_FINDS) {
      this.foundAt = now;
      this.find();
    }
    if (this.queue.length === 0) this.queue = this.inTurn(now);
    const until = performance.now() + BUDGET;
    while (this.queue.length > 0 && performance.now() < until) {
      const id = this.queue.shift()!;
      if (this.look(id, now)) this.queue.push(id);
    }
    return this.queue.length > 0;
  }

  /** What has become another since a change: all, since 0. */
  since(version: number): { readonly version: number; readonly rows: Row[]; readonly gone: string[] } {
    const rows = [...this.entries.values()].filter((listed) => listed.version > version).map(({ row }) => row);
    const gone = version === 0 ? [] : [...this.removed].flatMap(([id, at]) => (at > version ? [id] : []));
    return { version: this.version, rows, gone };
  }

  /** The row of an entry; undefined where there is none. */
  row(id: string): Row | undefined {
    return this.entries.get(id)?.row;
  }

  /** The run that is watched under this id, if it is one. */
  run(id: string): WatchedRun | undefined {
    const entry = this.entries.get(id)?.entry;
    return entry instanceof WatchedRun ? entry : undefined;
  }

  /** Looks at one entry now, though its turn is not yet. Returns whether there is more to read of it. */
  lookNow(id: string, now = performance.timeOrigin + performance.now()): boolean {
    return this.entries.has(id) && this.look(id, now);
  }

  private find(): void {
    const jobs = this.jobs.entries();
    const found = this.finder.find();
    const here = new Set(found.map(({ id }) => id));
    // A process that has been started and has no directory yet is shown as well, and one that failed before it had.
    const all = [...found, ...jobs.filter(({ id }) => !here.has(id))];
    const ids = new Set(all.map(({ id }) => id));
    for (const id of this.entries.keys()) if (!ids.has(id)) this.remove(id);
    for (const { id, kind, make } of all) {
      if (this.entries.get(id)?.kind === kind) continue;
      if (this.entries.has(id)) this.remove(id);
      const entry = make(() => this.below(id));
      this.removed.delete(id);
      // Its first look comes in its turn, so that a thousand do not keep a page waiting.
      this.entries.set(id, { kind, entry, row: entry.row, version: 0 });
      this.queue.unshift(id);
    }
  }

  private below(id: string): Row[] {
    return [...this.entries.values()].map(({ row }) => row).filter((row) => row.id.startsWith(`${id}/seed-`));
  }

  private inTurn(now: number): string[] {
    const running: string[] = [];
    const others: string[] = [];
    for (const [id, { row }] of this.entries) (row.state === "running" ? running : others).push(id);
    if (now - this.roundAt < BETWEEN_ROUNDS) return running;
    this.roundAt = now;
    return [...running, ...others];
  }

  private remove(id: string): void {
    this.entries.delete(id);
    this.version += 1;
    this.removed.set(id, this.version);
  }

  private look(id: string, now: number): boolean {
    const listed = this.entries.get(id);
    if (listed === undefined) return false;
    const { changed, more } = lookAt(listed.entry, now);
    const stoppable = this.jobs.isRunning(id);
    if (changed || stoppable !== listed.row.stoppable || listed.version === 0) {
      this.version += 1;
      listed.version = this.version;
      // Messages name paths as the page does.
      const note = listed.entry.row.note.replaceAll(`${this.root}${sep}`, "");
      listed.row = { ...listed.entry.row, note, stoppable };
    }
    return more;
  }
}

/** What goes while it is looked at, or may not be read, is said of the entry and ends nothing. */
function lookAt(entry: Entry, now: number): ReturnType<Entry["look"]> {
  try {
    return entry.look(now);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const note = `it cannot be read (${code})`;
    const changed = entry.row.note !== note;
    entry.row = { ...entry.row, state: "broken", note };
    return { changed, more: false };
  }
}
