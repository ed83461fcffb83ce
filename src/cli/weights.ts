import { Command } from "commander";
import { InputError } from "../errors.js";
import { loadPolicy } from "../learning/policy-file.js";
import { bestEpoch, readEpochMetrics } from "../runs/epoch-metrics.js";
import { openRun } from "../runs/run-directory.js";
import { jsonOption } from "./options.js";

export function weightsCommand(): Command {
  return new Command("weights")
    .summary("the searched weight of every training example, for any other trainer")
    .description(
      `Writes one row per training example under the best policy of a run: id, source document and window, text, its total weight
over the steps relative to uniform (1 is ordinary, 0 is left out), the first and last step with weight, and whether it
was perturbed.`,
    )
    .argument("<run>", "the directory of a search")
    .requiredOption("--out <file>", "a .parquet or .jsonl file")
    .addOption(jsonOption())
    .action(weights);
}

async function weights(directory: string, { out, json }: { out: string; json?: boolean }): Promise<void> {
  const run = openRun(directory);
  const metrics = readEpochMetrics(run);
  if (metrics.length === 0)
    throw new InputError(`${directory} has no finished epoch; continue it with search --resume`);
  // The engines take longer to load than help or a wrong path should.
  const { exampleWeights, readOrigins, writeExampleWeights } = await import("../runs/export-weights.js");
  const { examplesFile } = await import("../runs/compute-run.js");
  const { epoch } = bestEpoch(metrics);
  const origins = readOrigins(run.path(examplesFile));
  const policy = loadPolicy(run.policyPath(epoch));
  if (policy.examples !== origins.length)
    throw new InputError(`${directory} is damaged: ${origins.length} examples, and a policy over ${policy.examples}`);
  const rows = exampleWeights(policy, origins);
  await writeExampleWeights(out, rows);
  const result = { out, epoch, examples: rows.length, withoutWeight: rows.filter((row) => row.weight === 0).length };
  if (json) console.log(JSON.stringify(result));
  else console.log(`${out}: ${rows.length} examples under epoch ${epoch}, ${result.withoutWeight} never with weight`);
}
