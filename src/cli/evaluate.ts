import { Command, InvalidArgumentError } from "commander";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { EpochEvaluation } from "../runs/evaluation/evaluation.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  epochs?: number[];
  json?: boolean;
}

export function evaluateCommand(): Command {
  return addResourceOptions(
    new Command("evaluate")
      .summary("measure the learning law on a finished search")
      .description(
        "Learns again under the policies of a finished search and measures on unseen test text what the theory of " +
          "optimal learning claims: acceleration, compression ratio, how similar the contributions of the examples " +
          "are (SIM), which weights are zero and on what. Writes JSON lines and Parquet into the run; what was " +
          "evaluated before is not computed again.",
      )
      .argument("<run>", "the directory of a search")
      .option(
        "--epochs <list>",
        "epochs to evaluate, such as 0,1,5 (default: all whose policies are kept)",
        parseEpochs,
      ),
  )
    .addHelpText(
      "after",
      `
Examples:
  learning-law evaluate runs/quickstart-1
  learning-law evaluate runs/perceptron-1 --epochs 0,50,500 --json
  learning-law report runs/quickstart-1                  then draw it`,
    )
    .action(evaluate);
}

async function evaluate(directory: string, { epochs, json, ...resources }: Options): Promise<void> {
  // The engines take longer to load than help or a wrong option should.
  const { evaluateRun } = await import("../runs/evaluation/evaluate-run.js");
  const bar = new ProgressBar();
  try {
    const summary = await withInterrupt("interrupted; the same command goes on from here", (signal) =>
      evaluateRun(directory, {
        ...resources,
        epochs,
        signal,
        onProgress: ({ fraction, epoch, step, steps }) => bar.update(fraction, `epoch ${epoch} step ${step}/${steps}`),
        onEpoch: (evaluation) => bar.log(epochLine(evaluation)),
      }),
    );
    bar.stop();
    if (json) console.log(JSON.stringify(summary));
    else for (const line of inPlainWords(summary)) console.log(line);
  } finally {
    bar.stop();
  }
}

function epochLine({
  epoch,
  similarity,
  compressionRatio,
  acceleration,
  nonPositiveZeroShare,
}: EpochEvaluation): string {
  const speed = acceleration === null ? "never there" : `${acceleration.toFixed(3)}x`;
  return `epoch ${String(epoch).padEnd(4)} compression ratio ${compressionRatio.toFixed(4)}  acceleration ${speed}  SIM ${number(similarity)}  zero weights among contributions <= 0 ${percent(nonPositiveZeroShare)}`;
}

function inPlainWords(summary: EvaluationSummary): string[] {
  const { run, epochs, best, similarityCorrelation, similarityAsymptote, scaling } = summary;
  const evaluated = epochs.find(({ epoch }) => epoch === best);
  const law =
    similarityCorrelation === null
      ? "Evaluate three policies that differ, or more, to see whether contributions become equal."
      : `Over ${epochs.length} policies the rank correlation of SIM with log CR is ${similarityCorrelation.toFixed(3)}` +
        (similarityAsymptote === null
          ? "."
          : `; SIM would grow without bound at log CR ${similarityAsymptote.limit.toFixed(3)}.`);
  return [
    "",
    law,
    ...(evaluated === undefined
      ? []
      : [
          `Under the best policy (epoch ${best}) ${percent(evaluated.nonPositiveZeroShare)} of the weights are zero where the contribution is not positive, and ${percent(evaluated.zeroShare)} of all.`,
        ]),
    ...scalingLine(scaling),
    `Measurements are in ${run}/evaluation, as JSON lines and Parquet.`,
  ];
}

function scalingLine(scaling: EvaluationSummary["scaling"]): string[] {
  if (scaling === null) return [];
  if ("refused" in scaling) return [`No scaling law: ${scaling.refused}.`];
  if (!scaling.powerLaws)
    return [`The loss curves are hardly power laws (correlation ${scaling.correlation.toFixed(3)}).`];
  const { B, beta } = scaling.improvement;
  return [`The scaling law L0 + (B/t)^beta improves: B by ${percent(B)}, beta by ${percent(beta)}.`];
}

function parseEpochs(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError("It must be numbers of epochs such as 0,1,5.");
  return text.split(",").map(Number);
}

function number(value: number | null): string {
  return value === null ? "-" : value.toFixed(4);
}

function percent(share: number | null): string {
  return share === null ? "-" : `${(100 * share).toFixed(1)}%`;
}
