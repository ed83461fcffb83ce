import { InputError } from "../base/errors.js";
import type { Origin } from "../data/examples.js";
import type { ExampleWeight } from "../export/export-weights.js";
import { openRun, runKind } from "../runs/log/run-directory.js";
import { loadPolicy } from "../runs/policy-file.js";
import { bestEpoch, readEpochMetrics } from "../runs/search/epoch-metrics.js";
import { command } from "./command.js";

export const weights = command({
  name: "weights",
  summary: "the weight that a search or a training gave every example, for any other trainer",
  description: `Writes one row per training example under the best policy of a search, or of what a training did so far: id, source
document and window, text, its total weight over the steps relative to uniform (1 is ordinary, 0 is left out; of a
training over the steps in which it was drawn, and null if it never was), the first and last step with weight, and
whether it was perturbed.`,
  arguments: [{ name: "<run>", about: "the directory of a search or a training" }],
  options: { out: { value: "<file>", about: "a .parquet or .jsonl file", required: true } },

  async run(_, [directory], { out }) {
    const { rows, ...of } = await (runKind(directory) === "training" ? trained(directory) : searched(directory));
    const { writeExampleWeights } = await import("../export/export-weights.js");
    await writeExampleWeights(out, rows);
    return { out, ...of, examples: rows.length, withoutWeight: rows.filter(({ weight }) => weight === 0).length };
  },

  lines({ out, examples, withoutWeight, ...of }) {
    const when = Object.entries(of).map(([unit, number]) => `${unit} ${number}`);
    return [`${out}: ${examples} examples under ${when}, ${withoutWeight} never with weight`];
  },
});

interface Weights {
  readonly rows: ExampleWeight[];
}

async function searched(directory: string): Promise<Weights & { epoch: number }> {
  const run = openRun(directory);
  const metrics = readEpochMetrics(run);
  if (metrics.length === 0)
    throw new InputError(`${directory} has no finished epoch; continue it with search --resume`);
  const { exampleWeights, readOrigins } = await import("../export/export-weights.js");
  const { examplesFile } = await import("../runs/log/compute-run.js");
  const { epoch } = bestEpoch(metrics);
  const policy = loadPolicy(run.policyPath(epoch));
  const origins = readOrigins(run.path(examplesFile));
  refuseOtherNumber(directory, origins, policy.examples);
  return { rows: exampleWeights(policy, origins), epoch };
}

async function trained(directory: string): Promise<Weights & { step: number }> {
  const run = openRun(directory, "training");
  if (run.finished === 0)
    throw new InputError(`${directory} has no checkpoint yet; continue its training with train --resume`);
  const { readOrigins, trainedWeights } = await import("../export/export-weights.js");
  const { examplesFile } = await import("../runs/log/compute-run.js");
  const { loadWeightTotals } = await import("../runs/training/checkpoint.js");
  const totals = loadWeightTotals(run.checkpointPaths(run.finished));
  const origins = readOrigins(run.path(examplesFile));
  refuseOtherNumber(directory, origins, totals.draws.length);
  return { rows: trainedWeights(totals, origins), step: run.finished };
}

function refuseOtherNumber(directory: string, origins: readonly Origin[], weights: number): void {
  if (weights !== origins.length)
    throw new InputError(`${directory} is damaged: ${origins.length} examples, and weights of ${weights}`);
}
