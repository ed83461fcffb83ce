import { section } from "../../base/settings.js";
import { allExamples, type BelievedExamples, believedExamples } from "./density-ratio/believed-examples.js";
import {
  contribution,
  type Observation,
  type OnlinePolicy,
  type PolicyFacts,
  type PolicyState,
  type Question,
} from "./online-policy.js";
import { allPlaces, distribution, meanMagnitude, refuseNonFinite } from "./weighing.js";
import { weighting } from "./weighting.js";

/** Steps from one measurement to the next are at most these. */
const LONGEST_INTERVAL = 8;
/** Measured more often than every so many steps, an example says the same again, and its weight moves the less. */
const NEWS_AFTER = 16;
/** An example without weight is measured again after so many passes over the data. */
const REVISIT_AFTER = 4;

/** The log-odds of the trust at first, how far a measurement moves them at most, and their bound: trust is whole there. */
const FIRST_TRUST = 2;
const TRUST_STEP = 1;
const WHOLE_TRUST = 6;

/**
 * The learning law, followed while learning: in optimal learning all examples with weight contribute equally, and what
 * does not contribute has none (Gu et al. 2024, theorem 3.1). So weight moves toward what contributes, by projected
 * accumulation: with contributions c_n of the examples measured in a step, the steps s_n since each was last measured (or
 * since the beginning) and the agreement rho of the two halves of the desired set,
 *
 *     v_n <- Projection onto [0, u_n] ( v_n + w_n max(rho, 0) min(1, s_n / 16) c_n / mean |c| ),     v_n = u_n at first,
 *     gamma_i proportional to v_n / w_n,     n = rows[i].
 *
 * The ceiling u_n is how far the example is believed by its text before anything is learned, and it says which examples batches
 * are drawn from; w_n is the belief with which it weighs as much as any: u_n in mini-batches, whose examples are chosen, and
 * 1 in full batches (believed-examples.ts). Where nothing is known both are 1.
 *
 * The agreement is the step. Where the contributions would be others with other desired text, as at the end of a training
 * on clean text, nothing moves, and nothing can overfit the desired set; where they would be the same, an example of mean
 * size is decided by a measurement or two. It sets the interval, too: the less is to be learned, the more rarely is measured.
 *
 * In full-batch descent the desired set is the same in every step, and even weights that stand still may have been fitted
 * to it. There it is told contributions h_n to the validation set, and mixes its gamma with uniform weights by its trust
 * beta, whose log-odds grow with the advantage that gamma has there:
 *
 *     logit beta <- logit beta + ( < gamma, h > - mean h ) / ( |< gamma, h >| + |mean h| ).
 *
 * Where no example of a batch has weight, all weigh the same: it has to be learned from something. The ceiling keeps what has
 * full weight equal: lifting some examples above others gains at first order what it loses by learning from fewer
 * (docs/RESULTS.md measures both). DESIGN 2.8.
 */
export class Law implements OnlinePolicy {
  readonly question: Question = { quantity: contribution, when: "after" };
  readonly bytes: number;
  private readonly weights: Float64Array;
  /** The next step that measures. */
  private readonly next = Float64Array.of(0);
  /** The step of each example's last measurement. */
  private readonly measured: Float64Array;
  /** The log-odds of beta; infinite where there is nothing to doubt by. */
  private readonly trust = Float64Array.of(Number.POSITIVE_INFINITY);

  constructor(
    private readonly facts: PolicyFacts,
    private readonly believed: BelievedExamples = allExamples(facts),
  ) {
    this.bytes = believed.bytes;
    this.weights = believed.ceiling.slice();
    this.measured = new Float64Array(facts.examples).fill(-1);
  }

  rows(step: number): Int32Array | undefined {
    return this.believed.rows(step);
  }

  asked(step: number, rows: Int32Array): Int32Array | undefined {
    if (step < this.next[0]) return undefined;
    const pass = Math.max(1, this.believed.count / this.facts.batch);
    const due = (n: number) => this.weights[n] > 0 || step - this.measured[n] >= REVISIT_AFTER * pass;
    const places = allPlaces(rows).filter((i) => due(rows[i]));
    if (places.length === 0) this.next[0] = step + LONGEST_INTERVAL;
    return places.length === 0 ? undefined : places;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    const gamma = this.lawful(rows);
    if (this.trust[0] >= WHOLE_TRUST) return gamma;
    const beta = 1 / (1 + Math.exp(-this.trust[0]));
    return gamma.map((weight) => beta * weight + (1 - beta) / rows.length);
  }

  private lawful(rows: Int32Array): Float64Array {
    return distribution(Float64Array.from(rows, (n) => this.weights[n] / this.believed.whole[n]));
  }

  observe(step: number, observation: Observation): void {
    refuseNonFinite(observation, contribution);
    const { examples, values, agreement, heldOut } = observation;
    if (heldOut !== undefined) this.doubt(this.lawful(examples), heldOut);
    const rho = Math.max(0, agreement);
    const scale = meanMagnitude(values);
    if (scale > 0)
      examples.forEach((n, i) => {
        const news = Math.min(1, (step - this.measured[n]) / NEWS_AFTER);
        const { ceiling, whole } = this.believed;
        const moved = this.weights[n] + whole[n] * rho * news * (values[i] / scale);
        this.weights[n] = Math.min(ceiling[n], Math.max(0, moved));
        this.measured[n] = step;
      });
    this.next[0] = step + Math.round(1 / Math.max(rho, 1 / LONGEST_INTERVAL));
  }

  private doubt(gamma: Float64Array, heldOut: Float64Array): void {
    const lawful = gamma.reduce((sum, weight, i) => sum + weight * heldOut[i], 0);
    const uniform = heldOut.reduce((sum, value) => sum + value / heldOut.length, 0);
    const size = Math.abs(lawful) + Math.abs(uniform);
    if (size === 0) return;
    const before = Number.isFinite(this.trust[0]) ? this.trust[0] : FIRST_TRUST;
    const after = before + (TRUST_STEP * (lawful - uniform)) / size;
    this.trust[0] = Math.min(WHOLE_TRUST, Math.max(-WHOLE_TRUST, after));
  }

  state(): PolicyState {
    return { weights: this.weights, next: this.next, measured: this.measured, trust: this.trust };
  }

  restore({ weights, next, measured, trust }: PolicyState): void {
    this.trust.set(trust);
    this.weights.set(weights);
    this.measured.set(measured);
    this.next.set(next);
  }
}

export const law = weighting({
  name: "law",
  about: "weight moves to what contributes to the desired text, as far as its two halves agree; nothing to set",
  source: "DESIGN 2.8, after Gu et al. 2024, arXiv:2402.17759, theorem 3.1",
  settings: section({}),
  create: (_, facts) => new Law(facts, believedExamples(facts)),
});
