/**
 * How much of what there is to gain does the law gain? Trains on perturbed stories plainly, under `law`, and by an oracle that
 * takes full batches of the unperturbed examples alone, with three seeds, and prints how much sooner each reaches the plain
 * training's final loss on unseen stories, and the law's share of the oracle's log-acceleration.
 *
 *   node build/docs/experiments/oracle.js [SHARE PERTURBED]     0.5 if not given
 */
import { median } from "simple-statistics";
import { accelerations, type CostAt } from "../../src/measures/cost-to-reach.js";
import { resolveConfig } from "../../src/runs/config/resolve-config.js";
import { buildProblem } from "../../src/runs/problem/build-problem.js";
import { MiniBatches } from "../../src/training/mini-batches.js";
import { Training } from "../../src/training/training.js";
import { createPolicy } from "../../src/training/weighting/create-policy.js";
import type { OnlinePolicy } from "../../src/training/weighting/online-policy.js";
import { Uniform } from "../../src/training/weighting/uniform.js";

const SEEDS = [1, 2, 3];
const EVERY = 10;

/** Knows which examples were left as they were. */
class Oracle extends Uniform {
  private readonly batches: MiniBatches;

  constructor(
    private readonly clean: readonly number[],
    batch: number,
    seed: number,
  ) {
    super();
    this.batches = new MiniBatches(clean.length, batch, seed, "order of the clean, epoch");
  }

  rows(t: number): Int32Array {
    return this.batches.rows(t).map((place) => this.clean[place]);
  }
}

async function costsOfSeed(share: string, seed: number): Promise<Record<"uniform" | "law" | "oracle", CostAt[]>> {
  const stories = ["training.optimizer=adamw", "data.examples=4096", "data.desiredExamples=256"];
  const config = resolveConfig("quickstart", [...stories, `data.perturbed=${share}`, `seed=${seed}`]);
  const { problem, origins } = await buildProblem(config);
  const settings = { ...config.training!, seed };
  const clean = origins.flatMap(({ perturbed }, n) => (perturbed ? [] : [n]));
  const under = async (policy: OnlinePolicy): Promise<CostAt[]> => {
    const training = new Training(problem, settings, { policy, threads: 1 });
    const costs: CostAt[] = [];
    const started = performance.now();
    for (;;) {
      if (training.steps % EVERY === 0)
        costs.push({ ...(await training.evaluate()), seconds: (performance.now() - started) / 1000 });
      if (training.steps === settings.steps) break;
      await training.step();
    }
    await training.release();
    return costs;
  };
  const { policy: law } = await createPolicy({ name: "law" }, problem, settings);
  return {
    uniform: await under(new Uniform()),
    law: await under(law),
    oracle: await under(new Oracle(clean, settings.batch, seed)),
  };
}

const [share = "0.5"] = process.argv.slice(2);
const shares: number[] = [];
for (const seed of SEEDS) {
  const { uniform, law, oracle } = await costsOfSeed(share, seed);
  const [ofLaw, ofOracle] = [law, oracle].map((costs) => accelerations(costs, uniform)?.steps ?? 0);
  shares.push(Math.log(ofLaw) / Math.log(ofOracle));
  const finals = [uniform, law, oracle].map((costs) => costs[costs.length - 1].testLoss.toFixed(4));
  console.log(
    `seed ${seed}: steps, law ${ofLaw.toFixed(2)}, oracle ${ofOracle.toFixed(2)}: ${shares[shares.length - 1].toFixed(2)} of its logarithm; ` +
      `final loss, plain ${finals[0]}, law ${finals[1]}, oracle ${finals[2]}`,
  );
}
console.log(`median ${median(shares).toFixed(2)}`);
