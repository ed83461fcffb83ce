import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { TimeLeft } from "../../base/time-left.js";
import { isLocked } from "../../files/folder-lock.js";
import { type KindName, kinds } from "../../runs/kinds.js";
import type { Run } from "../../runs/log/run.js";
import { openRun, runKind } from "../../runs/log/run-directory.js";
import { ENDING } from "../../runs/search/search-kind.js";
import type { EntryState, Point, Row } from "../protocol.js";
import { Tail } from "../tail.js";
import { ThinnedCurve } from "../thinned-curve.js";
import { type Entry, fingerprint, UNKNOWN } from "./entry.js";

/** Test losses that a row shows. */
const SPARK = 32;
const TIMINGS = "timings.jsonl";

/** What is counted in a run of a kind, what its curve is of, and how many units there are to be. */
const MEASURED: Record<
  KindName,
  { unit: string; place: string; loss: string; total: (config: Run["config"]) => number }
> = {
  training: {
    ...{ unit: "steps", place: "step", loss: "testLoss" },
    total: ({ training }) => (training as { steps: number }).steps,
  },
  search: {
    ...{ unit: "epochs", place: "epoch", loss: "testArea" },
    total: ({ search }) => (search as { epochs: number }).epochs,
  },
};

/** A search or a training, as its directory shows it while it grows. */
export class WatchedRun implements Entry {
  readonly kind: KindName;
  readonly curve: ThinnedCurve;
  row: Row;
  private readonly lines: Tail;
  private readonly timings: Tail;
  private readonly seconds = new Map<number, number>();
  private opened: { readonly print: string; readonly run?: Run; readonly wrong: string } = { print: "", wrong: "" };
  private seen = "";
  private best: Point | undefined;
  private damage = "";
  private timeLeft = new TimeLeft();

  constructor(
    id: string,
    private readonly directory: string,
  ) {
    this.kind = runKind(directory);
    this.curve = new ThinnedCurve(MEASURED[this.kind].loss);
    this.lines = new Tail(this.path(kinds[this.kind].lines));
    this.timings = new Tail(this.path(TIMINGS));
    this.row = { ...UNKNOWN, id, kind: this.kind, state: "stopped", changed: 0 };
  }

  look(now: number): { changed: boolean; more: boolean } {
    const files = ["versions.json", "config.yaml", "state.json", kinds[this.kind].lines, ENDING, ".creating"];
    const { print, changed } = fingerprint(files.map((name) => this.path(name)));
    const running = isLocked(this.directory);
    const seen = `${print} ${running}`;
    if (seen === this.seen) return { changed: false, more: false };
    const { more, anew } = this.read();
    this.open(anew);
    this.row = this.describe(running, changed, now);
    // Where there is more, it is looked at again though nothing has changed.
    this.seen = more ? "" : seen;
    return { changed: true, more };
  }

  /** Opens the directory anew where that may say something else: where it was wrong, a longer file may have come back. */
  private open(anew: boolean): void {
    const { print } = fingerprint(
      ["versions.json", "config.yaml", "state.json", ".creating"].map((name) => this.path(name)),
    );
    if (print === this.opened.print && !anew && this.opened.wrong === "") return;
    try {
      this.opened = { print, run: openRun(this.directory, this.kind), wrong: "" };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.opened = { print, wrong: error.message };
    }
  }

  /** Reads the lines that have been added. Returns whether there are more, and whether the file was cut or replaced. */
  private read(): { more: boolean; anew: boolean } {
    const { lines, anew, more } = this.lines.read();
    if (anew) {
      this.curve.clear();
      this.best = undefined;
      this.damage = "";
      this.timeLeft = new TimeLeft();
    }
    // The seconds of a line are written before it.
    this.readSeconds();
    for (const line of lines) this.add(line);
    return { more, anew };
  }

  private add(line: string): void {
    const { place } = MEASURED[this.kind];
    const point = numbersOf(line);
    if (point?.[place] === undefined) {
      this.damage ||= `a line of ${kinds[this.kind].lines} is damaged; the curve is shown without it`;
      return;
    }
    const seconds = this.seconds.get(point[place]);
    this.seconds.delete(point[place]);
    const whole = seconds === undefined ? point : { ...point, seconds };
    this.curve.add(whole);
    if (this.best === undefined || whole.validationArea < this.best.validationArea) this.best = whole;
  }

  private readSeconds(): void {
    if (this.kind !== "training") return;
    for (;;) {
      const { lines, anew, more } = this.timings.read();
      if (anew) this.seconds.clear();
      for (const line of lines) {
        const found = numbersOf(line);
        if (found?.step !== undefined && found.seconds !== undefined) this.seconds.set(found.step, found.seconds);
      }
      if (!more) return;
    }
  }

  private describe(running: boolean, changed: number, now: number): Row {
    const { run, wrong } = this.opened;
    const { unit, place } = MEASURED[this.kind];
    const { id } = this.row;
    const base = { ...UNKNOWN, id, kind: this.kind, changed, unit, note: this.damage };
    if (run === undefined)
      return { ...base, state: running ? "running" : "broken", note: running ? "beginning" : wrong };
    const of = MEASURED[this.kind].total(run.config);
    const newest = this.curve.last;
    const done = Math.max(newest?.[place] ?? 0, this.kind === "training" ? run.finished : run.finished - 1, 0);
    const isOver = this.kind === "training" ? run.finished >= of : hasEnded(run);
    const state: EntryState = running ? "running" : isOver ? "finished" : "stopped";
    // Epoch 0 is conventional learning, and takes as long as a part of another.
    const fraction = this.kind === "training" ? done / of : (done + (newest === undefined ? 0 : 1)) / (of + 1);
    return {
      ...base,
      ...{ state, done, of },
      secondsLeft: running && newest !== undefined ? (this.timeLeft.after(fraction, now / 1000) ?? null) : null,
      loss: (this.kind === "training" ? newest?.testLoss : this.best?.finalTestLoss) ?? null,
      acceleration: this.kind === "training" ? null : (this.best?.acceleration ?? null),
      spark: sparkOf([...this.curve.points(), ...this.curve.tip()], MEASURED[this.kind].loss),
      resumable: state === "stopped" && run.format > 1,
    };
  }

  private path(name: string): string {
    return join(this.directory, name);
  }
}

function hasEnded(run: Run): boolean {
  return (run as unknown as { readonly ended: boolean }).ended;
}

/** The numbers of a line of JSON by their names; undefined where it is none. */
function numbersOf(line: string): Record<string, number> | undefined {
  try {
    const entries = Object.entries(JSON.parse(line) as object);
    return Object.fromEntries(entries.filter(([, value]) => typeof value === "number"));
  } catch {
    return undefined;
  }
}

/** Some of the values, evenly spread, the last among them. */
function sparkOf(points: readonly Point[], key: string): number[] {
  const values = points.flatMap((point) => (Number.isFinite(point[key]) ? [point[key]] : []));
  const count = Math.min(SPARK, values.length);
  return Array.from({ length: count }, (_, i) => {
    const value = values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))];
    return Number(value.toPrecision(4));
  });
}
