import { Console } from "node:console";
import { Presets, SingleBar } from "cli-progress";
import { duration } from "./format.js";

const SECONDS_BETWEEN_LINES = 20;

const CLEAR_LINE = "\r\x1b[K";
const SAVE_CURSOR = "\x1b7";

/**
 * Progress of a long computation on standard error, with the time left: a bar on a terminal, now and then a line
 * elsewhere. `fraction` is of all work and may begin above 0 where a run is resumed.
 */
export class ProgressBar {
  private readonly bar: SingleBar | undefined;
  private readonly console: Console;
  private started = performance.now();
  private lineAt = performance.now();
  private startFraction: number | undefined;
  private phase: string | undefined;

  constructor(private readonly stream: NodeJS.WriteStream) {
    this.console = new Console(stream);
    if (!stream.isTTY) return;
    const format = "{bar} {percentage}%  {left} left  {note}";
    this.bar = new SingleBar(
      { format, stream, hideCursor: true, linewrap: true, clearOnComplete: true, barsize: 24, fps: 5 },
      Presets.shades_classic,
    );
    this.bar.start(1, 0, { left: "?", note: "reading the data" });
  }

  /**
   * @param fraction how much of the work is done, from 0 to 1; of the phase, where there are several
   * @param phase what has a pace of its own: the time left is counted anew from its beginning
   */
  update(fraction: number, note: string, phase?: string): void {
    if (this.phase !== undefined && phase !== this.phase) this.beginAnew();
    this.phase = phase;
    this.startFraction ??= fraction;
    const elapsed = (performance.now() - this.started) / 1000;
    const done = fraction - this.startFraction;
    const left = done > 0 ? duration((elapsed / done) * (1 - fraction)) : "?";
    if (this.bar !== undefined) this.bar.update(fraction, { left, note });
    else if (performance.now() - this.lineAt > 1000 * SECONDS_BETWEEN_LINES) {
      this.lineAt = performance.now();
      this.console.log(`${Math.floor(100 * fraction)}%  ${left} left  ${note}`);
    }
  }

  /** Prints a line that stays, above the bar. */
  log(line: string): void {
    if (this.bar !== undefined) this.stream.write(CLEAR_LINE);
    this.console.log(line);
  }

  /** Takes the bar off the terminal. */
  stop(): void {
    if (!this.bar?.isActive) return;
    // The bar would go back to where it began, and clear the line that has been printed there since.
    this.stream.write(SAVE_CURSOR);
    this.bar.stop();
  }

  private beginAnew(): void {
    this.started = performance.now();
    this.lineAt = performance.now();
    this.startFraction = undefined;
  }
}
