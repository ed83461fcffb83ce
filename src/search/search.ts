import { type Floats, floats, sum } from "../base/floats.js";
import { createRandom } from "../base/random.js";
import { area } from "../curves/area.js";
import type { LearningProblem, Resources } from "../passes/problem.js";
import { type Curves, Diverged, LearningProcess } from "./learning-process.js";
import { byStretch, optimalityGap } from "./optimality-gap.js";
import { copyPolicy, type Policy, policyRow } from "./policy.js";
import { PolicyBlocks } from "./policy-blocks.js";
import { type Progress, SearchProgress } from "./search-progress.js";
import { type SearchSettings, searchDefaults } from "./search-settings.js";
import { stepRules } from "./steps/registry.js";
import type { RuleState, StepRule } from "./steps/step-rule.js";
import { type Phase, Stopwatch } from "./stopwatch.js";

/** What a search may use, where it begins, and whom it tells how far it is. */
export interface SearchOptions extends SearchSettings, Resources {
  /** Of the parts of the desired set. */
  readonly seed?: number;
  /** Continues from a state of a search with the same settings, whose arrays become the search's own. */
  readonly from?: SearchState;
  /** Called after every step of a trajectory or of a costate. */
  readonly onProgress?: (progress: Progress) => void;
}

/** A search that has measured the policy of an epoch: all that it needs to go on as if it had never stopped. */
export interface SearchState {
  readonly epoch: number;
  readonly policy: Policy;
  readonly area: number;
  /** The least area on validation examples so far, in nats, and the epoch that had it. */
  readonly best: { readonly epoch: number; readonly validationArea: number };
  readonly cost: number;
  /** Of every step, in nats. */
  readonly gaps: Float64Array;
  /** dJ/dgamma of the policy, R x N (see `PolicyBlocks`). */
  readonly gradient: Floats;
  readonly rule: RuleState;
}

/** One policy and the learning process under it. Areas and losses are means in nats; curves hold L(theta[t]), t = 1 .. T. */
export interface SearchEpoch {
  readonly epoch: number;
  /** The policy measured here. The array is used again: copy what is to be kept. */
  readonly policy: Policy;
  /** J, the area under the desired loss. */
  readonly area: number;
  readonly validationArea: number;
  readonly testArea: number;
  readonly testCurve: Float64Array;
  /** The first-order optimality gap in nats (see `optimalityGap`), and the shares of ten stretches of time in it. */
  readonly gap: number;
  readonly gapByStretch: readonly number[];
  /** Trajectories that the step to this policy took: 1 where the first was good enough. */
  readonly trials: number;
  /** What all epochs so far cost, evaluation on validation and test examples aside; conventional learning is 1. */
  readonly cost: number;
  readonly seconds: Readonly<Record<Phase, number>>;
  /** What a search needs to continue from here, to be asked for before the next epoch. Its arrays are the search's own. */
  state(): SearchState;
}

/** Why a search ended: E epochs, a gap small enough, no better validation area for long, or no step that lowers J. */
export type Ending = "epochs" | "gap" | "patience" | "converged";

/**
 * Searches for the optimal learning policy (DESIGN 2.4): follows learning under a policy, finds the gradient of its area by
 * the costate, and lets a rule step to a better one.
 *
 * Yields every policy with what its learning process did, from conventional learning (epoch 0) on, and returns why it ended.
 * Throws InputError where learning diverges.
 */
export async function* searchEpochs(
  problem: LearningProblem,
  options: SearchOptions,
): AsyncGenerator<SearchEpoch, Ending> {
  const search = new Search(problem, options);
  try {
    return yield* search.run();
  } finally {
    await search.release();
  }
}

/** R x N arrays that a search holds beside those of its rule: weights and gradients, of this epoch and the next. */
const OWN_ARRAYS = 4;

/** T x N arrays at a time: the policy that is learned under, and the best. */
const POLICIES = 2;

/** A search at work. */
class Search {
  private readonly process: LearningProcess;
  private readonly blocks: PolicyBlocks;
  private readonly rule: StepRule;
  private readonly progress: SearchProgress;
  /** At the weights; and an array for that at the next. What an epoch tells of itself stays until the next one does. */
  private gradient: Floats;
  private nextGradient: Floats;
  /** The gap of every step, in nats. */
  private gaps: Float64Array;
  private weights: Float32Array;
  private next: Float32Array;
  private epoch = 0;
  private area = Number.NaN;
  private cost = 0;
  private best: SearchState["best"] = { epoch: 0, validationArea: Number.POSITIVE_INFINITY };
  private trials = 0;
  private clock = new Stopwatch();
  /** Of the trajectory that was learned last. */
  private curves: Curves | undefined;
  private divergence: Diverged | undefined;

  constructor(
    private readonly problem: LearningProblem,
    private readonly options: SearchOptions,
  ) {
    const { from, epochs, epsilon, block = searchDefaults.block, dtype = "float32" } = options;
    const step = options.step ?? stepRules.choose(searchDefaults.step);
    const { steps: T, train } = problem;
    this.blocks = new PolicyBlocks(T, train.count, block);
    this.rule = stepRules.create(step, { blocks: this.blocks, epochs, epsilon });
    const arrays = (OWN_ARRAYS + this.rule.arrays) * this.blocks.rows;
    this.process = new LearningProcess(problem, options, POLICIES + arrays / T);
    this.progress = new SearchProgress(problem, options);
    this.weights = this.blocks.array();
    this.next = this.blocks.array();
    this.gaps = new Float64Array(T);
    this.gradient = from?.gradient ?? floats(dtype, this.weights.length);
    this.nextGradient = floats(dtype, this.weights.length);
    if (from === undefined) this.weights.fill(1 / train.count);
    else this.goOn(from);
  }

  async *run(): AsyncGenerator<SearchEpoch, Ending> {
    if (this.options.from === undefined) {
      await this.learn(this.weights);
      this.refuseDivergence();
      yield await this.measure();
    }
    for (;;) {
      const ending = this.ending() ?? (await this.improve());
      if (ending !== undefined) return ending;
      yield await this.measure();
    }
  }

  release(): Promise<void> {
    return this.process.release();
  }

  private goOn({ epoch, policy, area, cost, best, gaps, rule }: SearchState): void {
    Object.assign(this, { epoch, area, cost, best, gaps });
    this.blocks.read(policy, this.weights);
    this.rule.restore(rule);
    this.progress.skip(epoch);
    this.seePartOfDesired();
  }

  private ending(): Ending | undefined {
    const { epochs, gap = searchDefaults.gap, patience = searchDefaults.patience } = this.options;
    if (this.epoch >= epochs) return "epochs";
    if (gap !== null && sum(this.gaps) <= gap) return "gap";
    return patience !== null && this.epoch - this.best.epoch >= patience ? "patience" : undefined;
  }

  /** Moves on to better weights, under which it has learned then, or says that there are none. */
  private async improve(): Promise<Ending | undefined> {
    const { epoch, weights, area, gradient, next } = this;
    this.clock = new Stopwatch();
    this.trials = 0;
    const point = { epoch, weights, area, gradient };
    const found = await this.clock.measure("projection", () =>
      this.rule.improve(point, (candidate) => this.learn(candidate), next),
    );
    if (!found) return "converged";
    this.refuseDivergence();
    [this.weights, this.next] = [next, weights];
    this.epoch += 1;
    return undefined;
  }

  /** J of what is learned under the weights; Infinity where learning diverges. */
  private async learn(weights: Float32Array): Promise<number> {
    const { clock, progress } = this;
    this.trials += 1;
    this.cost += progress.begin("trajectory", this.trials);
    this.divergence = undefined;
    try {
      const onStep = (t: number) => progress.step(this.epoch, t);
      this.curves = await this.process.learn(this.blocks.policy(weights), { desired: true, clock, onStep });
      return area(this.curves.desired);
    } catch (error) {
      if (!(error instanceof Diverged)) throw error;
      this.divergence = error;
      return Number.POSITIVE_INFINITY;
    }
  }

  private refuseDivergence(): void {
    if (this.divergence !== undefined) throw this.divergence;
  }

  /** The gradient at the weights that were learned under last, and all that is to be said of them. */
  private async measure(): Promise<SearchEpoch> {
    const { blocks, weights, clock, progress, problem, epoch } = this;
    [this.gradient, this.nextGradient] = [this.nextGradient, this.gradient];
    this.gaps = new Float64Array(problem.steps);
    const { gradient, gaps } = this;
    const { desired, validation, test } = this.curves!;
    const policy = blocks.policy(weights);
    const whole = this.seePartOfDesired();
    this.cost += progress.begin("costate");
    gradient.fill(0);
    const ofPart = await clock.measure("costate", () =>
      this.process.areaGradient((t, ofStep) => {
        blocks.addStep(t, ofStep, gradient);
        gaps[t] = optimalityGap(policyRow(policy, t), ofStep);
        progress.step(epoch, problem.steps - t);
      }),
    );
    // The costate's own J differs by rounding from that of candidates, to which it is compared.
    this.area = whole ? area(desired) : ofPart;
    const validationArea = area(validation);
    if (validationArea < this.best.validationArea) this.best = { epoch, validationArea };
    return {
      ...{ epoch, policy, area: this.area, validationArea, testArea: area(test), testCurve: test },
      ...{ gap: sum(gaps), gapByStretch: byStretch(gaps) },
      ...{ trials: this.trials, cost: this.cost, seconds: clock.seconds },
      state: this.state(),
    };
  }

  private state(): () => SearchState {
    const { blocks, weights, epoch, area, best, cost, gaps, gradient } = this;
    const rule = this.rule.state();
    return () => ({ epoch, policy: blocks.policy(weights), area, best, cost, gaps, gradient, rule });
  }

  /** Lets the search see another part of the desired set, which follows from seed and epoch. Returns whether it is all. */
  private seePartOfDesired(): boolean {
    const { desiredShare = searchDefaults.desiredShare, seed = 0 } = this.options;
    if (desiredShare === 1) return true;
    const { count } = this.problem.desired;
    const random = createRandom(seed, `part of the desired examples, epoch ${this.epoch}`);
    const rows = random.permutation(count).slice(0, Math.max(1, Math.round(desiredShare * count)));
    this.process.desire(rows.sort());
    return false;
  }
}

/** What a whole search gives: the best policy by validation area, and the measurements of every epoch. */
export interface SearchResult {
  readonly best: MeasuredEpoch & { readonly policy: Policy };
  /** The first is the one that the search began with: conventional learning, unless it went on from an epoch. */
  readonly epochs: readonly [MeasuredEpoch, ...MeasuredEpoch[]];
  readonly ending: Ending;
}

/** An epoch without its policy. */
export type MeasuredEpoch = Omit<SearchEpoch, "policy" | "state">;

/** Runs `searchEpochs` to its end and keeps the policy with the smallest validation area. */
export async function search(problem: LearningProblem, options: SearchOptions): Promise<SearchResult> {
  const epochs: MeasuredEpoch[] = [];
  let best: SearchResult["best"] | undefined;
  const found = searchEpochs(problem, options);
  for (;;) {
    const { value, done } = await found.next();
    if (done) return { best: best!, epochs: epochs as [MeasuredEpoch, ...MeasuredEpoch[]], ending: value };
    const { policy, state, ...measured } = value;
    epochs.push(measured);
    if (best === undefined || measured.validationArea < best.validationArea)
      best = { ...measured, policy: copyPolicy(policy, best?.policy) };
  }
}
