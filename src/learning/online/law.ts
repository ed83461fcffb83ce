import type { Observation, OnlinePolicy, PolicyFacts, PolicyState, Question } from "./online-policy.js";
import { allPlaces, distribution, meanMagnitude, refuseNonFinite } from "./weighing.js";

/** Steps from one measurement to the next are at most these. */
const LONGEST_INTERVAL = 8;
/** Measured more often than every so many steps, an example says the same again, and its weight moves the less. */
const NEWS_AFTER = 16;
/** An example without weight is measured again after so many passes over the data. */
const REVISIT_AFTER = 4;

/**
 * The learning law, followed while learning: in optimal learning all examples with weight contribute equally, and what
 * does not contribute has none (Gu et al. 2024, theorem 3.1). So weight moves toward what contributes, by projected
 * accumulation: with contributions c_n of the examples measured in a step, the steps s_n since each was last measured (or
 * since the beginning) and the agreement rho of the two halves of the desired set,
 *
 *     v_n <- Projection onto [0, 1] ( v_n + max(rho, 0) min(1, s_n / 16) c_n / mean |c| ),     v_n = 1 at first,
 *     gamma_i = v_{rows[i]} / sum_j v_{rows[j]}.
 *
 * The agreement is the step. Where the contributions would be others with other desired text, as at the end of a training
 * on clean text, nothing moves, and nothing can overfit the desired set; where they would be the same, an example of mean
 * size is decided by a measurement or two. It sets the interval, too: the less is to be learned, the more rarely is measured.
 * Where no example of a batch has weight, all weigh the same: it has to be learned from something. The ceiling keeps what has full weight equal: lifting some examples above others gains at first order what it loses by
 * learning from fewer (docs/RESULTS.md measures both). DESIGN 2.8.
 */
export class Law implements OnlinePolicy {
  readonly question: Question = { quantity: "contribution", when: "after" };
  private readonly weights: Float64Array;
  /** The next step that measures. */
  private readonly next = Float64Array.of(0);
  /** The step of each example's last measurement. */
  private readonly measured: Float64Array;

  constructor(private readonly facts: PolicyFacts) {
    this.weights = new Float64Array(facts.examples).fill(1);
    this.measured = new Float64Array(facts.examples).fill(-1);
  }

  asked(step: number, rows: Int32Array): Int32Array | undefined {
    if (step < this.next[0]) return undefined;
    const pass = Math.max(1, this.facts.examples / this.facts.batch);
    const due = (n: number) => this.weights[n] > 0 || step - this.measured[n] >= REVISIT_AFTER * pass;
    const places = allPlaces(rows).filter((i) => due(rows[i]));
    if (places.length === 0) this.next[0] = step + LONGEST_INTERVAL;
    return places.length === 0 ? undefined : places;
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    return distribution(Float64Array.from(rows, (n) => this.weights[n]));
  }

  observe(step: number, observation: Observation): void {
    refuseNonFinite(observation, "contribution");
    const { examples, values, agreement } = observation;
    const rho = Math.max(0, agreement);
    const scale = meanMagnitude(values);
    if (scale > 0)
      examples.forEach((n, i) => {
        const news = Math.min(1, (step - this.measured[n]) / NEWS_AFTER);
        this.weights[n] = Math.min(1, Math.max(0, this.weights[n] + rho * news * (values[i] / scale)));
        this.measured[n] = step;
      });
    this.next[0] = step + Math.round(1 / Math.max(rho, 1 / LONGEST_INTERVAL));
  }

  state(): PolicyState {
    return { weights: this.weights, next: this.next, measured: this.measured };
  }

  restore({ weights, next, measured }: PolicyState): void {
    this.weights.set(weights);
    this.measured.set(measured);
    this.next.set(next);
  }
}
