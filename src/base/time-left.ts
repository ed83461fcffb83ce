/** Seconds over which the speed is measured at least; otherwise it is the second half of the time since the beginning. */
const SHORTEST_WINDOW = 10;
/** Of the time since the beginning, how far apart the moments are that are kept. */
const SPACING = 1 / 100;

interface Moment {
  /** In seconds. */
  readonly at: number;
  readonly fraction: number;
}

/**
 * Estimates how long a computation still takes, from what this process has done of it lately. What came before the first
 * moment counts for nothing: what a resumed run had done already, and the time in which data are read and programs
 * compiled.
 */
export class TimeLeft {
  private moments: Moment[] = [];
  private beganAt: number | undefined;

  /**
   * Notes how far it is.
   *
   * @param fraction of all work, from 0 to 1
   * @param at now, in seconds
   * @returns the seconds that are left; undefined where nothing was done yet
   */
  after(fraction: number, at: number): number | undefined {
    this.beganAt ??= at;
    const elapsed = at - this.beganAt;
    const last = this.moments.at(-1);
    if (last === undefined || at - last.at >= SPACING * elapsed) this.moments.push({ at, fraction });
    const from = at - Math.max(SHORTEST_WINDOW, elapsed / 2);
    while (this.moments.length > 1 && this.moments[1].at <= from) this.moments.shift();
    const [first] = this.moments;
    const done = fraction - first.fraction;
    return done > 0 ? ((at - first.at) / done) * (1 - fraction) : undefined;
  }
}
