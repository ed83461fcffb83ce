import { squash } from "./logistic.js";
import { repeatRow } from "./repeat-row.js";

/** Points of the map in each context: the logits -8, -7.5, ..., 8. */
const POINTS = 33;
const PER_UNIT = 2;
const LARGEST = 8;
const RATE = 0.02;

/**
 * Corrects a probability by what came of such probabilities in a context: secondary estimation (SSE, Mahoney 2005). It keeps a
 * probability for each of 33 logits and takes the two next to the given one by how near they are; the nearer one learns.
 */
export class Refinement {
  private readonly map: Float32Array;
  private nearest = 0;

  /** @param contexts how many there are; each has a map of its own, at first the logistic function */
  constructor(contexts: number) {
    this.map = new Float32Array(contexts * POINTS);
    repeatRow(
      this.map,
      Float32Array.from({ length: POINTS }, (_, i) => squash(i / PER_UNIT - LARGEST)),
    );
  }

  refine(logit: number, context: number): number {
    const at = (Math.max(-LARGEST, Math.min(LARGEST, logit)) + LARGEST) * PER_UNIT;
    const below = Math.min(at | 0, POINTS - 2);
    const share = at - below;
    const place = context * POINTS + below;
    this.nearest = share < 0.5 ? place : place + 1;
    return this.map[place] * (1 - share) + this.map[place + 1] * share;
  }

  update(bit: number): void {
    this.map[this.nearest] += (bit - this.map[this.nearest]) * RATE;
  }
}
