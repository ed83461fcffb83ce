/** What the time of a search goes into. */
export type Phase = "trajectory" | "costate" | "projection" | "evaluation";

/** Seconds by phase. Phases nest, and a nested phase's time counts for itself alone. */
export class Stopwatch {
  readonly seconds: Record<Phase, number> = { trajectory: 0, costate: 0, projection: 0, evaluation: 0 };
  private readonly running: Phase[] = [];
  private since = 0;

  async measure<T>(phase: Phase, work: () => Promise<T>): Promise<T> {
    this.start(phase);
    try {
      return await work();
    } finally {
      this.stop();
    }
  }

  private start(phase: Phase): void {
    this.book();
    this.running.push(phase);
  }

  /** Ends the phase started last. */
  private stop(): void {
    this.book();
    this.running.pop();
  }

  private book(): void {
    const now = performance.now();
    const current = this.running.at(-1);
    if (current !== undefined) this.seconds[current] += (now - this.since) / 1000;
    this.since = now;
  }
}
