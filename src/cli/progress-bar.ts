import { Console } from "node:console";
import { type GenericFormatter, SingleBar } from "cli-progress";
import { TimeLeft } from "../base/time-left.js";
import { duration } from "./format.js";
import { columnsOf, fitted, shownLines } from "./lines.js";

/** Where there is no terminal: between two lines, and before the first one about what a computation begins with. */
const SECONDS_BETWEEN_LINES = 20;
const SECONDS_BEFORE_STAGE = 2;
/** After this long without an update batches are counted. */
const SECONDS_BEFORE_BATCHES = 2;

/** What is done between the data and the first progress. */
export const FIRST_STEP = "compiling the programs, and the first step";

/** Whom a computation tells that it goes on. */
interface Beginning {
  readonly onStage: (doing: string) => void;
  readonly onBatch: () => void;
}

const SHORTEST_BAR = 8;
const LONGEST_BAR = 24;
/** What a terminal needs to echo `^C` after the bar without going to another line. */
const ECHO = 3;

const CLEAR_LINE = "\r\x1b[K";
const SAVE_CURSOR = "\x1b7";

/**
 * Progress of a long computation on standard error, with the time left: a bar on a terminal, now and then a line
 * elsewhere. `fraction` is of all work and may begin above 0 where a run is resumed.
 */
export class ProgressBar {
  private readonly bar: SingleBar | undefined;
  private readonly console: Console;
  private readonly timer: NodeJS.Timeout | undefined;
  private nextLineAt = now() + SECONDS_BETWEEN_LINES;
  private timeLeft = new TimeLeft();
  private phase: string | undefined;
  private shown = { fraction: 0, left: "?", note: "" };
  private updatedAt = now();
  private batches = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.console = new Console(stream);
    if (!stream.isTTY) {
      this.timer = setInterval(() => this.printIfDue(), 1000).unref();
      return;
    }
    const format: GenericFormatter = (_, { progress }, { left, note }: ProgressBar["shown"]) => {
      const columns = columnsOf(stream) - ECHO;
      const words = ` ${Math.floor(100 * progress)}%  ${left} left  ${note}`;
      const size = Math.min(Math.max(columns - words.length, SHORTEST_BAR), LONGEST_BAR);
      const done = Math.round(progress * size);
      return fitted("█".repeat(done) + "░".repeat(size - done) + words, columns);
    };
    this.bar = new SingleBar({
      ...{ format, stream, hideCursor: true, linewrap: true, clearOnComplete: true, fps: 5 },
      // What ends a computation takes the bar off; at a signal the library would clear the line where the bar once began.
      gracefulExit: false,
    });
    // A terminal is shown the whole of it at once.
    this.bar.on("redraw-pre", () => stream.cork());
    this.bar.on("redraw-post", () => stream.uncork());
    this.bar.start(1, 0, { left: "?", note: "starting" });
  }

  /** Says what is done before there is more to say of how far it is: `reading corpus.jsonl`. */
  stage(fraction: number, doing: string): void {
    this.nextLineAt = now() + SECONDS_BEFORE_STAGE;
    this.show({ ...this.shown, fraction, note: doing });
  }

  /**
   * What shows that a computation goes on before its first step, and in steps that take long.
   *
   * @param fraction of all work that was done before
   * @param placed what a stage is called among others
   */
  beginning(fraction = 0, placed = (doing: string) => doing): Beginning {
    return { onStage: (doing) => this.stage(fraction, placed(doing)), onBatch: () => this.batch() };
  }

  /**
   * @param fraction how much of the work is done, from 0 to 1; of the phase, where there are several
   * @param phase what has a pace of its own: the time left is counted anew from its beginning
   */
  update(fraction: number, note: string, phase?: string): void {
    if (this.phase !== undefined && phase !== this.phase) this.timeLeft = new TimeLeft();
    this.phase = phase;
    const left = this.timeLeft.after(fraction, now());
    this.show({ fraction, left: left === undefined ? "?" : duration(left), note });
  }

  /** Counts the batches of a step that takes long, so that it is seen to go on. */
  private batch(): void {
    this.batches += 1;
    if (now() - this.updatedAt < SECONDS_BEFORE_BATCHES) return;
    const { note, ...rest } = this.shown;
    this.draw({ ...rest, note: `${note}  batch ${this.batches}` });
  }

  /** Prints a line that stays, above the bar. */
  log(line: string): void {
    if (this.bar !== undefined) this.stream.write(CLEAR_LINE);
    for (const part of shownLines(line, this.stream)) this.console.log(part);
  }

  /** Takes the bar off the terminal. */
  stop(): void {
    clearInterval(this.timer);
    if (!this.bar?.isActive) return;
    // The bar would go back to where it began, and clear the line that has been printed there since.
    this.stream.write(SAVE_CURSOR);
    this.bar.stop();
  }

  private show(shown: ProgressBar["shown"]): void {
    this.shown = shown;
    this.updatedAt = now();
    this.batches = 0;
    this.draw(shown);
  }

  private draw({ fraction, left, note }: ProgressBar["shown"]): void {
    if (this.bar !== undefined) this.bar.update(fraction, { left, note });
    else this.printIfDue(note);
  }

  private printIfDue(note = this.shown.note): void {
    if (now() < this.nextLineAt || note === "") return;
    this.nextLineAt = now() + SECONDS_BETWEEN_LINES;
    const { fraction, left } = this.shown;
    this.console.log(`${Math.floor(100 * fraction)}%  ${left} left  ${note}`);
  }
}

/** In seconds. */
function now(): number {
  return performance.now() / 1000;
}
