import { type Dirent, existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isRun, SEEDS } from "../../runs/log/run-directory.js";
import type { Row } from "../protocol.js";
import type { Entry } from "./entry.js";
import {
  analysedCurves,
  compressedFile,
  partialSelection,
  reproduction,
  seedsFolder,
  selectedFile,
  strangeFolder,
} from "./other-entries.js";
import { WatchedRun } from "./watched-run.js";

/** How far below the served folder entries are looked for. */
const DEPTH = 3;
const RECORD = ".selection.json";

/** How an entry is made, and what says that it is of another kind by now. */
export interface Found {
  readonly id: string;
  readonly kind: string;
  readonly make: (rowsBelow: () => readonly Row[]) => Entry;
}

interface Listing {
  readonly changed: number;
  readonly entries: readonly Dirent[];
}

/** Finds what lies in a folder. Of a folder that has not changed since, no names are read again. */
export class EntryFinder {
  private listings = new Map<string, Listing>();

  constructor(private readonly root: string) {}

  find(): Found[] {
    const before = this.listings;
    this.listings = new Map();
    return this.below("", before, DEPTH);
  }

  private below(id: string, before: ReadonlyMap<string, Listing>, depth: number): Found[] {
    const names = this.list(id, before);
    return names.flatMap((entry): Found[] => {
      const name = id === "" ? entry.name : `${id}/${entry.name}`;
      const path = join(this.root, name);
      if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
      if (entry.isFile()) return fileEntry(name, path, names);
      // A link may lead anywhere.
      if (!entry.isDirectory()) return [];
      return this.folderEntry(name, path, before, depth);
    });
  }

  private folderEntry(id: string, path: string, before: ReadonlyMap<string, Listing>, depth: number): Found[] {
    // Another directory of the same name is another run.
    if (isRun(path))
      return [
        { id, kind: `run ${statSync(path, { throwIfNoEntry: false })?.ino}`, make: () => new WatchedRun(id, path) },
      ];
    const deeper = depth > 1 ? this.below(id, before, depth - 1) : [];
    if (existsSync(join(path, SEEDS)))
      return [{ id, kind: "seeds", make: (rows) => seedsFolder(id, path, rows) }, ...deeper];
    if (existsSync(join(path, "results.json")))
      return [{ id, kind: "reproduction", make: () => reproduction(id, path) }, ...deeper];
    if (id.endsWith(".partial") && existsSync(join(path, "begun.json")))
      return [{ id, kind: "partial", make: () => partialSelection(id, path) }];
    if (existsSync(join(path, "report.html")) && !existsSync(join(path, "config.yaml")))
      return [{ id, kind: "curve", make: () => analysedCurves(id, path) }, ...deeper];
    return deeper.length > 0 || !mayBeRun(path)
      ? deeper
      : [{ id, kind: "folder", make: () => strangeFolder(id, path) }];
  }

  private list(id: string, before: ReadonlyMap<string, Listing>): readonly Dirent[] {
    const path = join(this.root, id);
    try {
      const changed = statSync(path).mtimeMs;
      const known = before.get(id);
      const listing =
        known?.changed === changed
          ? known
          : { changed, entries: readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)) };
      this.listings.set(id, listing);
      return listing.entries;
    } catch {
      // It went while it was looked at, or cannot be read.
      return [];
    }
  }
}

/** What a run directory has before it is one, or when it is one no more. */
const OF_A_RUN = ["config.yaml", "versions.json", "state.json", ".creating", ".lock", "metrics.jsonl", "curve.jsonl"];

/** Whether a folder is empty, or holds a part of a run: others are somebody else's. */
function mayBeRun(path: string): boolean {
  const names = namesIn(path);
  return names.length === 0 || names.some((name) => OF_A_RUN.includes(name));
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return ["unreadable"];
  }
}

function fileEntry(id: string, path: string, names: readonly Dirent[]): Found[] {
  const name = id.slice(id.lastIndexOf("/") + 1);
  if (name.endsWith(".llz")) return [{ id, kind: "compression", make: () => compressedFile(id, path) }];
  if (names.some((other) => other.name === `${name}${RECORD}`))
    return [{ id, kind: "selection", make: () => selectedFile(id, path) }];
  return [];
}
