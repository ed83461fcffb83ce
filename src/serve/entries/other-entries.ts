import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { isLocked } from "../../files/folder-lock.js";
import { openRun } from "../../runs/log/run-directory.js";
import { readSeeds } from "../../runs/seeds/seeds-folder.js";
import { readSelection } from "../../runs/selection/read-selection.js";
import type { EntryKind, Row } from "../protocol.js";
import { type Entry, fingerprint, UNKNOWN } from "./entry.js";

/** An entry whose row is made anew whenever some of its files have changed. */
export function watchedFiles(
  id: string,
  kind: EntryKind,
  paths: readonly string[],
  describe: () => Pick<Row, "state"> & Partial<Row>,
  lockedFolder?: string,
): Entry {
  let seen = "";
  const entry = {
    row: { ...UNKNOWN, id, kind, state: "stopped", changed: 0 } as Row,
    look() {
      const { print, changed } = fingerprint(paths);
      const now = `${print} ${lockedFolder !== undefined && isLocked(lockedFolder)}`;
      if (now === seen) return { changed: false, more: false };
      seen = now;
      entry.row = { ...UNKNOWN, id, kind, changed, ...described(describe) };
      return { changed: true, more: false };
    },
  };
  return entry;
}

/** What is wrong with an entry is said in its row. */
function described(describe: () => Pick<Row, "state"> & Partial<Row>): Pick<Row, "state"> & Partial<Row> {
  try {
    return describe();
  } catch (error) {
    if (error instanceof InputError || error instanceof z.ZodError || error instanceof SyntaxError)
      return {
        state: "broken",
        note: error instanceof InputError ? error.message : "it is not what learning-law wrote",
      };
    throw error;
  }
}

/** A file that was selected into, by the record beside it. */
export function selectedFile(id: string, path: string): Entry {
  return watchedFiles(id, "selection", [path, `${path}.selection.json`], () => {
    const { summary } = readSelection(path);
    const { selectedDocuments, documents } = summary;
    return {
      state: "finished",
      ...{ done: documents, of: documents, unit: "documents" },
      note: `${selectedDocuments.toLocaleString("en")} of ${documents.toLocaleString("en")} documents selected`,
    };
  });
}

/** A selection that is not whole yet. */
export function partialSelection(id: string, path: string): Entry {
  return watchedFiles(
    id,
    "selection",
    [path, join(path, "begun.json")],
    () => {
      const blocks = readdirSync(path).filter((name) => /^scores-\d+\.safetensors$/.test(name)).length;
      return { state: isLocked(path) ? "running" : "stopped", done: blocks, unit: "blocks of documents scored" };
    },
    path,
  );
}

/** The folder of curves that were analysed. */
export function analysedCurves(id: string, path: string): Entry {
  return watchedFiles(id, "curve", [path, join(path, "report.html")], () => ({
    state: "finished",
    note: "an analysis of loss curves",
  }));
}

/** A compressed file. */
export function compressedFile(id: string, path: string): Entry {
  return watchedFiles(id, "compression", [path], () => ({
    state: "finished",
    note: `${statSync(path).size.toLocaleString("en")} bytes`,
  }));
}

const Results = z.object({ experiment: z.string(), claims: z.array(z.object({ verdict: z.string() })) });

/** The folder of an experiment that was reproduced. */
export function reproduction(id: string, path: string): Entry {
  const results = join(path, "results.json");
  return watchedFiles(id, "reproduction", [results], () => {
    const { experiment, claims } = Results.parse(JSON.parse(readFileSync(results, "utf8")));
    const held = claims.filter(({ verdict }) => verdict === "reproduced").length;
    return {
      state: "finished",
      ...{ done: claims.length, of: claims.length, unit: "claims" },
      note: `${experiment}: ${held} of ${claims.length} claims reproduced`,
    };
  });
}

/** The folder of several seeds; what becomes of them is put together from their rows. */
export function seedsFolder(id: string, path: string, rows: () => readonly Row[]): Entry {
  let seen = "";
  const entry = {
    row: { ...UNKNOWN, id, kind: "seeds", state: "stopped", changed: 0, unit: "runs" } as Row,
    look() {
      const own = fingerprint([join(path, "seeds.json")]);
      const seeds = rows();
      const running = isLocked(path);
      const now = JSON.stringify([own.print, running, seeds.map(({ state, done, changed }) => [state, done, changed])]);
      if (now === seen) return { changed: false, more: false };
      seen = now;
      const changed = Math.max(own.changed, ...seeds.map((row) => row.changed));
      entry.row = {
        ...UNKNOWN,
        id,
        kind: "seeds",
        changed,
        unit: "runs",
        ...described(() => ofSeeds(path, seeds, running)),
      };
      return { changed: true, more: false };
    },
  };
  return entry;
}

function ofSeeds(path: string, rows: readonly Row[], running: boolean): Pick<Row, "state"> & Partial<Row> {
  const { seeds, command } = readSeeds(path);
  const finished = rows.filter(({ state }) => state === "finished");
  const losses = finished.flatMap(({ loss }) => loss ?? []).sort((a, b) => a - b);
  const isOver = finished.length === seeds.length;
  return {
    state: running ? "running" : isOver ? "finished" : "stopped",
    ...{ done: finished.length, of: seeds.length },
    loss: losses.length === 0 ? null : losses[Math.floor((losses.length - 1) / 2)],
    note: `${seeds.length} seeds of ${command}${losses.length > 1 ? "; the loss is the median of those finished" : ""}`,
    resumable: !running && !isOver,
  };
}

/** A folder that is no run: empty, half made, or of something else. */
export function strangeFolder(id: string, path: string): Entry {
  return watchedFiles(
    id,
    "folder",
    [path, join(path, ".creating")],
    () => {
      if (readdirSync(path).every((name) => name === ".lock"))
        return { state: isLocked(path) ? "running" : "empty", note: "there is nothing in it" };
      if (isLocked(path)) return { state: "running", note: "beginning" };
      openRun(path);
      return { state: "broken", note: "it is not what learning-law wrote" };
    },
    path,
  );
}
