// Finds which examples of a text are worth learning from, and when, and saves that policy.
//
//   npm run build && node examples/search.mjs data.train=corpus.jsonl data.desired=wanted.txt learning.steps=100
//
// Without settings: from the shipped stories, half of them spoiled.
import { mkdirSync } from "node:fs";
import { acceleration, totalWeights } from "learning-law/measures";
import { buildProblem, resolveConfig, savePolicy } from "learning-law/runs";
import { search } from "learning-law/search";

const small = ["data.length=16", "data.examples=64", "data.desiredExamples=32", "learning.steps=30", "search.epochs=2"];
const config = resolveConfig("quickstart", [...small, ...process.argv.slice(2)]);
const { problem, origins } = await buildProblem(config);
const { best, epochs } = await search(problem, config.search);
const sooner = acceleration(best.testCurve, epochs[0].testCurve);
const howMuch = Number.isNaN(sooner) ? "less well" : `${sooner.toFixed(2)} times sooner`;
console.log(`under the policy of epoch ${best.epoch} unseen text is learned ${howMuch}`);

// 1 is the weight that every example has in conventional learning.
const weights = totalWeights(best.policy);
for (const spoiled of [false, true]) {
  const group = weights.filter((_, n) => origins[n].perturbed === spoiled);
  const mean = group.reduce((sum, weight) => sum + weight / group.length, 0);
  if (group.length > 0) console.log(`${spoiled ? "spoiled" : "clean"} examples weigh ${mean.toFixed(2)} on average`);
}

mkdirSync("runs", { recursive: true });
savePolicy("runs/example-policy.safetensors", best.policy);
console.log("runs/example-policy.safetensors has the weight of every example at every step");
