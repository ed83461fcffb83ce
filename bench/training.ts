import { createRandom } from "../src/base/random.js";
import { LearningStep } from "../src/descent/learning-step.js";
import { AdamW } from "../src/descent/optimizers/adamw.js";
import { initialParameters } from "../src/models/model.js";
import { Engine } from "../src/passes/engine.js";
import { Passes } from "../src/passes/passes.js";
import { TrainingNorms } from "../src/training/gradient-norms.js";
import { ContributionMeter, desiredDraw } from "../src/training/weighting/contribution-meter.js";
import { contribution, type OnlinePolicy } from "../src/training/weighting/online-policy.js";
import { Uniform } from "../src/training/weighting/uniform.js";
import { allPlaces } from "../src/training/weighting/weighing.js";
import { WeightedGradient } from "../src/training/weighting/weighted-gradient.js";
import { matrixProduct } from "./matrix-product.js";
import { meanTime, median } from "./timing.js";
import { model, randomExamples } from "./transformer-passes.js";

const BATCH = 64;
const DESIRED = 64;
const [LENGTH] = model.fields.tokens.shape;
const ROUNDS = 7;

export interface TrainingBench {
  /** 6 x tokens x matrix parameters / time of a whole step (gradient, clipping, AdamW), as a share of the peak. */
  readonly trainingEfficiency: number;
  /** A step that measures the contributions of all its examples, all with weight / a plain step. */
  readonly measuringToPlainStep: number;
  /** A step that measures nothing where half of the batch has no weight / a plain step. */
  readonly halfWeightToPlainStep: number;
}

/** Weighs all the same, and asks for every contribution. */
const measuring: OnlinePolicy = {
  question: { quantity: contribution, when: "after" },
  asked: (_, rows) => allPlaces(rows),
  weigh: (_, rows) => new Float64Array(rows.length).fill(1 / rows.length),
  observe() {},
  state: () => ({}),
  restore() {},
};

/** Gives the second half of the batch no weight. */
class HalfWeight extends Uniform {
  override weigh(_: number, rows: Int32Array): Float64Array {
    return Float64Array.from(rows, (_, i) => (i < rows.length / 2 ? 2 / rows.length : 0));
  }
}

export interface TrainingSteps {
  readonly steps: Readonly<Record<"plain" | "measuring" | "half", () => Promise<void>>>;
  release(): Promise<void>;
}

/** Steps of training the published transformer in batches of 64: plain ones, ones that measure, ones of half the weight. */
export function trainingSteps(): TrainingSteps {
  const random = createRandom(1, "bench training");
  const engine = new Engine({ model });
  const examples = new Passes(engine, randomExamples(BATCH, random), BATCH);
  const desired = new Passes(engine, randomExamples(DESIRED, random), desiredDraw(BATCH));
  const theta = initialParameters(model, random);
  const parameters = theta.length;
  const rows = Int32Array.from({ length: BATCH }, (_, i) => i);

  const stepOf = (policy: OnlinePolicy) => {
    const optimizer = new AdamW({ beta1: 0.9, beta2: 0.99, weightDecay: 0.1 }, { parameters, dtype: "float32" });
    const facts = { batch: BATCH, parameters, dtype: "float32", clip: 1, seed: 1 } as const;
    const meter = policy.question && new ContributionMeter(examples, desired, desired, optimizer, facts);
    const weighted = new WeightedGradient(examples, policy, meter, "float32");
    const norms = new TrainingNorms(1);
    // As `Training` takes it.
    const descent = new LearningStep({
      ...{ optimizer, rate: () => 1e-6, clip: facts.clip },
      onNorms: (t, of) => norms.add(t, of),
      diverged: () => new Error("the bench's training diverged"),
    });
    return () => descent.take(0, theta, (gradient) => weighted.compute(0, theta, rows, gradient));
  };
  const steps = { plain: stepOf(new Uniform()), measuring: stepOf(measuring), half: stepOf(new HalfWeight()) };
  return { steps, release: () => engine.release() };
}

/** These steps, in turns with the matrix product. */
export async function trainingBench(): Promise<TrainingBench> {
  const { steps, release } = trainingSteps();
  const peak = await matrixProduct(1024, 1024, 1024);
  const operations = 6 * BATCH * (LENGTH - 1) * model.matrixParameters;

  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Means over times of a kind: a step takes as long as twenty products, whose median would pass over every disturbance.
    const product = await meanTime(peak.run, 40);
    const plain = await meanTime(steps.plain, 3);
    // Half of all measurements compare the halves of the desired set too.
    const measuring = await meanTime(steps.measuring, 4);
    const half = await meanTime(steps.half, 4);
    rounds.push({
      efficiency: operations / plain / (peak.flops / product),
      measuring: measuring / plain,
      half: half / plain,
    });
  }
  await peak.release();
  await release();
  return {
    trainingEfficiency: median(rounds.map(({ efficiency }) => efficiency)),
    measuringToPlainStep: median(rounds.map(({ measuring }) => measuring)),
    halfWeightToPlainStep: median(rounds.map(({ half }) => half)),
  };
}
