import { section } from "../../base/settings.js";
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

/**
 * Mirror ascent on the simplex with the entropy as its mirror map, that is exponentiated gradient (Kivinen & Warmuth 1997):
 *
 *     ln gamma_n <- ln gamma_n + max(rho, 0) c_n / mean |c|,     scaled to sum 1 over the batch,
 *
 * with the contributions and the agreement of `law`. No weight becomes zero, but for rounding, and there is no ceiling.
 */
export class Mirror implements OnlinePolicy {
  readonly question: Question = { quantity: contribution, when: "after" };
  private readonly logWeights: Float64Array;

  constructor({ examples }: PolicyFacts) {
    this.logWeights = new Float64Array(examples);
  }

  asked(_: number, rows: Int32Array): Int32Array {
    return allPlaces(rows);
  }

  weigh(_: number, rows: Int32Array): Float64Array {
    const logs = Float64Array.from(rows, (n) => this.logWeights[n]);
    const largest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return distribution(logs.map((value) => Math.exp(value - largest)));
  }

  observe(_: number, observation: Observation): void {
    refuseNonFinite(observation, contribution);
    const { examples, values, agreement } = observation;
    const scale = meanMagnitude(values);
    if (scale === 0) return;
    examples.forEach((n, i) => {
      this.logWeights[n] += Math.max(0, agreement) * (values[i] / scale);
    });
  }

  state(): PolicyState {
    return { logWeights: this.logWeights };
  }

  restore({ logWeights }: PolicyState): void {
    this.logWeights.set(logWeights);
  }
}

export const mirror = weighting({
  name: "mirror",
  about: "the same by exponentiated gradient: no weight becomes zero, and there is no ceiling",
  source: "Kivinen & Warmuth 1997, Exponentiated Gradient versus Gradient Descent for Linear Predictors",
  settings: section({}),
  create: (_, facts) => new Mirror(facts),
});
