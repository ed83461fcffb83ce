import { InvalidArgumentError } from "commander";
import { LEAST_POLICIES_OF_A_TREND } from "../measures/similarity-asymptote.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { EpochEvaluation } from "../runs/evaluation/evaluation.js";
import { command } from "./command.js";
import { fixed, percent, speed } from "./format.js";
import { resources } from "./options.js";
import { watch, watchRun } from "./watch.js";

export const evaluate = command({
  name: "evaluate",
  summary: "measure the learning law on a finished search",
  description:
    "Learns again under the policies of a finished search and measures on unseen test text what the theory of " +
    "optimal learning claims: acceleration, compression ratio, how similar the contributions of the examples " +
    "are (SIM), which weights are zero and on what. Writes JSON lines and Parquet into the run; what was " +
    "evaluated before is not computed again.",
  arguments: [{ name: "<run>", about: "the directory of a search" }],
  options: {
    epochs: {
      value: "<list>",
      about: "epochs to evaluate, such as 0,1,5 (default: all whose policies are kept)",
      parse: epochNumbers,
    },
    watch,
    ...resources,
  },
  help: `Examples:
  learning-law evaluate runs/quickstart-1
  learning-law evaluate runs/perceptron-1 --epochs 0,15,30 --json
  learning-law report runs/quickstart-1                  then draw it`,

  async run(context, [directory], { watch, ...options }) {
    if (watch) await watchRun(context, directory);
    const howToGoOn = () => "the same command goes on from here";
    return context.compute(howToGoOn, async (signal, bar) => {
      const { evaluateRun } = await import("../runs/evaluation/evaluate-run.js");
      return evaluateRun(directory, {
        ...{ ...options, signal },
        ...bar.beginning(),
        onProgress: ({ fraction, epoch, step, steps }) => bar.update(fraction, `epoch ${epoch} step ${step}/${steps}`),
        onEpoch: (evaluation) => bar.log(epochLine(evaluation)),
      });
    });
  },

  lines({ run, epochs, best, similarityCorrelation, similarityAsymptote, scaling, baselineFalls }) {
    const evaluated = epochs.find(({ epoch }) => epoch === best);
    const n = epochs.filter(({ similarity }) => similarity !== null).length;
    const law =
      similarityCorrelation === null || n < LEAST_POLICIES_OF_A_TREND
        ? `Evaluate ${LEAST_POLICIES_OF_A_TREND} policies that differ, or more, to see whether contributions become equal; these are ${n}.`
        : `Over ${n} policies the rank correlation of SIM with log CR is ${similarityCorrelation.toFixed(3)}` +
          (similarityAsymptote === null
            ? "."
            : `; SIM would grow without bound at log CR ${similarityAsymptote.limit.toFixed(3)}.`);
    return [
      "",
      ...(baselineFalls
        ? []
        : ["The test loss of conventional learning does not fall to its end: no acceleration over it is claimed."]),
      law,
      ...(evaluated === undefined
        ? []
        : [
            `Under the best policy (epoch ${best}) ${percent(evaluated.nonPositiveZeroShare)} of the weights are zero where the contribution is not positive, and ${percent(evaluated.zeroShare)} of all.`,
          ]),
      ...scalingLine(scaling),
      `Measurements are in ${run}/evaluation, as JSON lines and Parquet.`,
    ];
  },
});

function epochLine({
  epoch,
  similarity,
  compressionRatio,
  acceleration,
  nonPositiveZeroShare,
}: EpochEvaluation): string {
  return `epoch ${String(epoch).padEnd(4)} compression ratio ${compressionRatio.toFixed(4)}  acceleration ${speed(acceleration)}  SIM ${fixed(similarity, 4)}  zero weights among contributions <= 0 ${percent(nonPositiveZeroShare)}`;
}

function scalingLine(scaling: EvaluationSummary["scaling"]): string[] {
  if (scaling === null) return [];
  if ("refused" in scaling) return [`No scaling law: ${scaling.refused}.`];
  if (scaling.undecided !== null) return [`No scaling law is decided by these curves: ${scaling.undecided}.`];
  const { B, beta } = scaling.improvement;
  return [`The scaling law L0 + (B/t)^beta improves: B by ${percent(B)}, beta by ${percent(beta)}.`];
}

function epochNumbers(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError("It must be numbers of epochs such as 0,1,5.");
  return text.split(",").map(Number);
}
