/**
 * What becomes equal where a search converges? For every policy that a run keeps: how similar the contributions of the
 * weighted examples are, and which share of the non-positive ones has zero weight, for three kinds of contribution:
 *
 *   costate   eta[t] <lambda[t+1], grad l_n>, the gradient of the area itself, on the desired examples that the search
 *             sees
 *   desired   CT[t][n] on these
 *   test      CT[t][n] on unseen examples
 *
 *   node build/docs/experiments/converged-law.js RUN
 */
import { median } from "simple-statistics";
import { lowWeights } from "../../src/measures/low-weights.js";
import { similarity } from "../../src/measures/similarity.js";
import { parseConfig } from "../../src/runs/config/config.js";
import { openFinishedRun } from "../../src/runs/evaluation/evaluate-run.js";
import { loadPolicy } from "../../src/runs/policy-file.js";
import { buildProblem } from "../../src/runs/problem/build-problem.js";
import { LearningProcess } from "../../src/search/learning-process.js";
import { type Policy, policyRow } from "../../src/search/policy.js";

type Contributions = ArrayLike<number>;

if (process.argv.length !== 3) throw new Error("usage: node build/docs/experiments/converged-law.js RUN");
const run = openFinishedRun(process.argv[2]);
const { problem } = await buildProblem(parseConfig(run.config, run.directory));
const processes = {
  desired: new LearningProcess({ ...problem, test: problem.desired }),
  test: new LearningProcess(problem),
};

console.log("epoch  contributions  median SIM[t]  zero weights among non-positive");
for (const epoch of run.policyEpochs()) {
  const policy = loadPolicy(run.policyPath(epoch));
  for (const [kind, contributions] of Object.entries(await contributionsUnder(policy))) {
    const similarities = contributions.flatMap(
      (values, t) => similarity(policyRow(policy, t), values).similarity ?? [],
    );
    const counts = contributions.map((values, t) => lowWeights(policyRow(policy, t), (n) => values[n] <= 0));
    const total = (key: "count" | "zero") => counts.reduce((sum, part) => sum + part[key], 0);
    const share = (100 * total("zero")) / total("count");
    console.log(
      `${String(epoch).padStart(5)}  ${kind.padEnd(13)}  ${median(similarities).toFixed(2).padStart(13)}  ${share.toFixed(1).padStart(30)}%`,
    );
  }
}
for (const learning of Object.values(processes)) await learning.release();

/** For every step the contributions of all training examples, of each kind. */
async function contributionsUnder(policy: Policy): Promise<Record<string, Contributions[]>> {
  const costate: Contributions[] = [];
  await processes.desired.learn(policy);
  await processes.desired.areaGradient((t, gradient) => {
    costate[t] = gradient.map((value) => -value);
  });
  const measured = async (learning: LearningProcess) => {
    const steps: Contributions[] = [];
    await learning.measure(policy, ({ contributions }) => steps.push(contributions.slice()));
    return steps;
  };
  return { costate, desired: await measured(processes.desired), test: await measured(processes.test) };
}
