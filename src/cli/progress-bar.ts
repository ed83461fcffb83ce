import { Presets, SingleBar } from "cli-progress";

const SECONDS_BETWEEN_LINES = 20;

/**
 * Progress of a long computation on standard error, with the time left: a bar on a terminal, now and then a line
 * elsewhere. `fraction` is of all work and may begin above 0 where a run is resumed.
 */
export class ProgressBar {
  private readonly started = performance.now();
  private readonly bar: SingleBar | undefined;
  private startFraction: number | undefined;
  private lineAt = performance.now();

  constructor() {
    if (!process.stderr.isTTY) return;
    const format = "{bar} {percentage}%  {left} left  {note}";
    this.bar = new SingleBar(
      { format, stream: process.stderr, hideCursor: true, clearOnComplete: true, barsize: 24, fps: 5 },
      Presets.shades_classic,
    );
    this.bar.start(1, 0, { left: "?", note: "reading the data" });
  }

  update(fraction: number, note: string): void {
    this.startFraction ??= fraction;
    const elapsed = (performance.now() - this.started) / 1000;
    const done = fraction - this.startFraction;
    const left = done > 0 ? duration((elapsed / done) * (1 - fraction)) : "?";
    if (this.bar !== undefined) this.bar.update(fraction, { left, note });
    else if (performance.now() - this.lineAt > 1000 * SECONDS_BETWEEN_LINES) {
      this.lineAt = performance.now();
      console.error(`${Math.floor(100 * fraction)}%  ${left} left  ${note}`);
    }
  }

  /** Prints a line that stays, above the bar. */
  log(line: string): void {
    if (this.bar !== undefined) process.stderr.write("\r\x1b[K");
    console.error(line);
  }

  stop(): void {
    this.bar?.stop();
  }
}

/** `3 s`, `2 min 5 s`, `1 h 10 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
