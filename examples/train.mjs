// Trains twice, conventionally and under the learning law, and says how much sooner the law reaches the same loss.
//
//   npm run build && node examples/train.mjs quickstart training.optimizer=adamw data.train=corpus.jsonl
//
// Without a preset: the published perceptron, a fifth of its labels wrong.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accelerations } from "learning-law/measures";
import { resolveConfig, runTraining } from "learning-law/runs";

const [preset = "perceptron", ...given] = process.argv.slice(2);
const settings = given.length > 0 ? given : ["training.optimizer=sgd", "training.steps=500"];
const runs = mkdtempSync(join(tmpdir(), "learning-law-"));

async function train(policy) {
  const config = resolveConfig(preset, [...settings, `training.policy=${policy}`]);
  const { run, finalTestLoss, costs } = await runTraining(config, join(runs, policy));
  console.log(`${policy}: final test loss ${finalTestLoss.toFixed(3)}, everything else in ${run}`);
  return costs;
}

const plain = await train("uniform");
const sooner = accelerations(await train("law"), plain);
for (const [unit, times] of Object.entries(sooner ?? {})) console.log(`${times.toFixed(2)} times sooner in ${unit}`);
if (sooner === undefined) console.log("under the law the final loss of conventional training is not reached");
