import { InputError } from "../../base/errors.js";
import { allFinite, type Floats, type FloatType, floats } from "../../base/floats.js";
import type { PassesUse } from "../../passes/memory-use.js";
import type { Passes } from "../../passes/passes.js";
import { gradientPass, lossesPass, lossGradientPass } from "../../passes/standard-passes.js";
import { simplexDefect } from "../../search/simplex.js";
import { diverged } from "../divergence.js";
import { type AgreementAt, AgreementHistory, agreementsOf } from "./agreement-history.js";
import type { ContributionMeter } from "./contribution-meter.js";
import type { OnlinePolicy, PolicyState } from "./online-policy.js";
import { allPlaces } from "./weighing.js";
import { WeightTally, type WeightTotals } from "./weight-tally.js";

/** Rounding of a sum of B weights in float64. */
const SUM_TOLERANCE = 1e-9;
const POLICY = "policy.";
const METER = "meter.";
const TALLY = "tally.";
const AGREEMENT = "agreement.";

/**
 * The gradient of a batch as a policy weighs it, and what the policy wants to know on the way. A contribution asked for
 * after weighing costs one forward pass where the example has weight, for its loss at theta comes out of the training pass:
 * 4/3 of a gradient in all. Examples without weight cost nothing unless the policy asks about them: two forward passes.
 */
export class WeightedGradient {
  /** Without the meter's. Whole numbers, for sums of thirds would depend on their order, and so on where one goes on. */
  private ownForwardPasses = 0;
  private readonly tally: WeightTally;
  private readonly agreements = new AgreementHistory();

  constructor(
    private readonly examples: Passes,
    private readonly policy: OnlinePolicy,
    private readonly meter: ContributionMeter | undefined,
    private readonly dtype: FloatType,
  ) {
    this.tally = new WeightTally(examples.count);
  }

  /** How often each example was drawn so far. */
  get draws(): Float64Array {
    return this.tally.draws;
  }

  /** What was computed so far, in gradients of one example: three forward passes, counted in matrix products. */
  get work(): number {
    return (this.ownForwardPasses + (this.meter?.forwardPasses ?? 0)) / 3;
  }

  /**
   * gradient <- sum_i gamma_i grad l_{rows[i]}(theta), with the policy's weights gamma of this step.
   *
   * @throws InputError if the policy's weights are no distribution, and where losses that it asks for are not finite
   */
  async compute(step: number, theta: Floats, rows: Int32Array, gradient: Floats): Promise<void> {
    const { policy } = this;
    const asked = policy.asked(step, rows);
    const when = asked && policy.question?.when;
    if (when === "before") await this.answer(step, theta, rows, asked!, new Map());

    const weights = policy.weigh(step, rows);
    const defect =
      weights.length === rows.length ? simplexDefect(weights, SUM_TOLERANCE) : "it has not one for each row";
    if (defect !== undefined) throw new InputError(`the policy gave no distribution at step ${step}: ${defect}`);
    this.tally.add(step, rows, weights);
    const kept = allPlaces(rows).filter((i) => weights[i] > 0);
    const keptWeights = floats(this.dtype, kept.length);
    kept.forEach((place, i) => {
      keptWeights[i] = weights[place];
    });
    const losses = when === "after" ? floats(this.dtype, kept.length) : undefined;
    await this.examples.rowsGradient(theta, pick(rows, kept), keptWeights, gradient, losses);
    this.ownForwardPasses += 3 * kept.length;
    if (when === "after")
      await this.answer(step, theta, rows, asked!, new Map(Array.from(kept, (place, i) => [place, losses![i]])));
  }

  /** Tells the policy what it asked about these places of the batch; `known` has losses at theta by place. */
  private async answer(
    step: number,
    theta: Floats,
    rows: Int32Array,
    places: Int32Array,
    known: ReadonlyMap<number, number>,
  ): Promise<void> {
    const { measured } = this.policy.question!.quantity;
    const examples = pick(rows, places);
    if (measured !== undefined) {
      const values = floats(this.dtype, places.length);
      await this.examples.perRow(measured.pass, measured.result, theta, examples, values);
      refuseNonFinite(values, step);
      this.ownForwardPasses += places.length;
      this.policy.observe(step, { examples, values: Float64Array.from(values), agreement: 1 });
      return;
    }
    const losses = await this.lossesAt(theta, rows, places, known);
    refuseNonFinite(losses, step);
    const contributions = await this.meter!.measure(theta, examples, losses);
    refuseNonFinite(contributions.values, step);
    this.agreements.add(step, contributions.agreement);
    this.policy.observe(step, { examples, ...contributions });
  }

  private async lossesAt(
    theta: Floats,
    rows: Int32Array,
    places: Int32Array,
    known: ReadonlyMap<number, number>,
  ): Promise<Floats> {
    const unknown = places.filter((place) => !known.has(place));
    const computed = floats(this.dtype, unknown.length);
    await this.examples.rowsLosses(theta, pick(rows, unknown), computed);
    this.ownForwardPasses += unknown.length;
    const losses = floats(this.dtype, places.length);
    let next = 0;
    places.forEach((place, i) => {
      losses[i] = known.get(place) ?? computed[next++];
    });
    return losses;
  }

  /** What it runs over the examples, the meter aside. */
  get passes(): PassesUse {
    const { question } = this.policy;
    if (question === undefined) return { over: this.examples, rows: [gradientPass] };
    const { quantity, when } = question;
    const gradient = when === "after" ? lossGradientPass : gradientPass;
    return { over: this.examples, rows: [gradient, quantity.measured?.pass ?? lossesPass] };
  }

  /** All that going on from here needs. */
  state(): PolicyState {
    return {
      work: Float64Array.of(this.work),
      ...prefixed(POLICY, this.policy.state()),
      ...prefixed(METER, this.meter?.state() ?? {}),
      ...prefixed(TALLY, this.tally.state()),
      ...prefixed(AGREEMENT, this.agreements.state()),
    };
  }

  restore(state: PolicyState): void {
    this.ownForwardPasses = Math.round(3 * state.work[0]) - (this.meter?.forwardPasses ?? 0);
    this.policy.restore(stripped(POLICY, state));
    this.meter?.restore(stripped(METER, state));
    this.tally.restore(stripped(TALLY, state));
    this.agreements.restore(stripped(AGREEMENT, state));
  }
}

/** Parameters can be finite and so large that losses are not. */
function refuseNonFinite(values: Floats, step: number): void {
  if (!allFinite(values)) throw diverged("the losses of a batch are", step);
}

/** What a state of `WeightedGradient` says of the weights so far. */
export function weightTotals(state: PolicyState): WeightTotals {
  return stripped(TALLY, state) as unknown as WeightTotals;
}

/** How far the policy of such a state believes each example, from 0 to 1; undefined of a policy that keeps no beliefs. */
export function beliefs(state: PolicyState): Floats | undefined {
  return stripped(POLICY, state).weights;
}

/** What a state of `WeightedGradient` says of when the halves of the desired set agreed; nothing where nothing was measured. */
export function agreements(state: PolicyState): AgreementAt[] {
  return agreementsOf(stripped(AGREEMENT, state));
}

function pick(rows: Int32Array, places: Int32Array): Int32Array {
  return places.map((place) => rows[place]);
}

function prefixed(prefix: string, state: PolicyState): PolicyState {
  return Object.fromEntries(Object.entries(state).map(([name, values]) => [prefix + name, values]));
}

function stripped(prefix: string, state: PolicyState): PolicyState {
  const own = Object.entries(state).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, values]) => [name.slice(prefix.length), values]));
}
