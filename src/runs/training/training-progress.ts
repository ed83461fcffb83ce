/** Of a training whose policy first trains a model of the desired text, for a quarter of the steps. */
const PREPARATION_SHARE = 1 / 5;

/** How much of a training is done, from 0 to 1, what its policy needs to know beforehand included. */
export class TrainingProgress {
  private prepared = 0;

  /** @param steps T */
  constructor(private readonly steps: number) {}

  /** While the policy is prepared; `fraction` is of that. */
  preparing(fraction: number): number {
    this.prepared = PREPARATION_SHARE;
    return this.prepared * fraction;
  }

  /** After a step. */
  after(step: number): number {
    return this.prepared + (1 - this.prepared) * (step / this.steps);
  }
}
