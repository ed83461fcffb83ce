import { floats } from "../src/base/floats.js";
import { createRandom } from "../src/base/random.js";
import { AdamW } from "../src/descent/optimizers/adamw.js";
import { input } from "../src/graph/constants.js";
import { add, div, mul, sqrt, sub } from "../src/graph/elementwise.js";
import { compile } from "../src/runtime/compile.js";
import { median, medianTime } from "./timing.js";

const PARAMETERS = 1_700_000;
const RATE = 1e-6;
const ROUNDS = 7;

/**
 * An update of AdamW as a program of the runtime, on all its threads / the loop of `AdamW`. The loop reads and writes seven
 * arrays as long as theta; the program, which does not fuse its operators, some forty.
 */
export async function adamwProgramToLoop(): Promise<number> {
  const random = createRandom(1, "bench adamw");
  const settings = { beta1: 0.9, beta2: 0.99, weightDecay: 0.1 };
  const numbers = () => Float32Array.from({ length: PARAMETERS }, random.normal);
  const [theta, gradient] = [numbers(), numbers()];
  const loop = new AdamW(settings, { parameters: PARAMETERS, dtype: "float32" });

  const { beta1, beta2, weightDecay } = settings;
  const of = (name: string) => input(name, [PARAMETERS]);
  const [factor, root] = [input("factor", []), input("root", [])];
  // An input and an output cannot have one name.
  const m = add(mul(of("oldM"), beta1), mul(of("gradient"), 1 - beta1));
  const v = add(mul(of("oldV"), beta2), mul(mul(of("gradient"), of("gradient")), 1 - beta2));
  const move = div(mul(m, factor), add(mul(sqrt(v), root), 1e-8));
  const program = await compile({ m, v, theta: sub(mul(of("oldTheta"), 1 - RATE * weightDecay), move) });
  const states = [0, 1].map(() => ({
    m: floats("float32", PARAMETERS),
    v: floats("float32", PARAMETERS),
    theta: theta.slice(),
  }));
  let t = 0;
  const update = async () => {
    const [before, after] = t++ % 2 === 0 ? states : states.toReversed();
    const factor = Float32Array.of(RATE / (1 - beta1 ** t));
    const root = Float32Array.of(1 / Math.sqrt(1 - beta2 ** t));
    const old = { oldM: before.m, oldV: before.v, oldTheta: before.theta };
    await program.run({ ...old, gradient, factor, root }, after);
  };

  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const inLoop = await medianTime(async () => loop.update(theta, gradient, RATE), 9);
    ratios.push((await medianTime(update, 9)) / inLoop);
  }
  await program.release();
  return median(ratios);
}
