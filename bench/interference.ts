import { createRandom } from "../src/base/random.js";
import { InterferenceMeter } from "../src/measures/interference/interference-meter.js";
import { initialParameters } from "../src/models/model.js";
import { Engine } from "../src/passes/engine.js";
import { Passes } from "../src/passes/passes.js";
import { median } from "./timing.js";
import { model, randomExamples } from "./transformer-passes.js";

const EXAMPLES = 32;
const TOKENS = 32;
const ROUNDS = 5;

export interface InterferenceBench {
  /** Measuring about one step, losses of the tokens of twice 32 examples and gradients of 32 tokens / a gradient of one of 32 examples. */
  readonly interferenceInGradients: number;
  /** The same without the gradients of tokens. */
  readonly lossInterferenceInGradients: number;
  /** That with them / what it counts as. */
  readonly interferenceToCounted: number;
}

/** Interference of the published transformer in turns with gradients. */
export async function interferenceBench(): Promise<InterferenceBench> {
  const random = createRandom(1, "bench interference");
  const [train, test] = [randomExamples(EXAMPLES, random), randomExamples(EXAMPLES, random)];
  const start = initialParameters(model, random);
  const next = start.map((value) => value + 1e-4 * random.normal());
  const problem = { model, train, test, desired: test, validation: test, start };
  const meter = new InterferenceMeter(problem, { examples: EXAMPLES, tokens: TOKENS, seed: 1 });
  const losses = async () => meter.changes(await meter.losses(start), await meter.losses(next));
  const gradients = () => meter.opposition(start, next);
  const engine = new Engine({ model });
  const passes = new Passes(engine, train);
  const weights = new Float32Array(EXAMPLES).fill(1 / EXAMPLES);
  const gradient = () => passes.gradient(start, weights, new Float32Array(start.length));

  for (const warmUp of [losses, gradients, gradient]) await warmUp();
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const one = (await seconds(gradient)) / EXAMPLES;
    const ofLosses = (await seconds(losses)) / one;
    rounds.push({ ofLosses, whole: ofLosses + (await seconds(gradients)) / one });
  }
  const counted = meter.workOfStep;
  await meter.release();
  await engine.release();
  const whole = median(rounds.map((round) => round.whole));
  return {
    interferenceInGradients: whole,
    lossInterferenceInGradients: median(rounds.map(({ ofLosses }) => ofLosses)),
    interferenceToCounted: whole / counted,
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
