import { resolveConfig } from "../runs/config/resolve-config.js";
import type { EpochMetrics } from "../runs/search/epoch-metrics.js";
import type { SearchSummary } from "../runs/search/search-run.js";
import { type CommandContext, command } from "./command.js";
import { program, quoted } from "./command-line.js";
import { defaultDirectory } from "./default-directory.js";
import { duration, modelSize, percent, speed } from "./format.js";
import { type ResourceOptions, resources, set } from "./options.js";

export const search = command({
  name: "search",
  summary: "find the weight of every example at every step",
  description:
    "Searches for the learning policy, a weight for every training example at every step, under which the " +
    "loss on the desired examples falls fastest, and measures on unseen test text how much sooner it falls.",
  arguments: [
    {
      name: "[preset-or-config]",
      about: "a preset (see `learning-law presets`) or a YAML file",
      default: "quickstart",
    },
  ],
  options: {
    set,
    out: { value: "<dir>", about: "the run directory (default: runs/NAME-1, or the next number)" },
    resume: { about: "continue the run in --out, or the newest of this name" },
    report: { about: "then measure the learning law and draw the report" },
    ...resources,
  },
  help: `Examples:
  learning-law search                                    the quickstart, on the shipped TinyStories
  learning-law search perceptron --set data.labelNoise=0.1 --out runs/noisy
  learning-law search quickstart --set data.train=corpus.jsonl --set data.desired=wanted.txt
  learning-law search quickstart --resume                after Ctrl-C or a crash`,
  wordsBesideJson: true,

  async run(context, [presetOrFile], { set, out, resume, report, ...resources }) {
    const config = resolveConfig(presetOrFile, set);
    const { runSearch } = await import("../runs/search/search-run.js");
    const directory = out ?? defaultDirectory(presetOrFile, resume);
    const started = performance.now();
    const { epochs } = config.search;
    const howToGoOn = context.continuation({ out: directory });
    let size = "";
    let running = false;
    const summary = await context.compute(howToGoOn, (signal, bar) =>
      runSearch(config, directory, {
        ...{ ...resources, resume, signal },
        onStart: (facts) => {
          size = modelSize(facts);
        },
        onProgress: ({ fraction, epoch, phase, step, steps }) => {
          // Only now is it certain that there is a run: all that can be wrong with the input has been looked at.
          if (!running) bar.log(`run ${directory}: ${size}`);
          running = true;
          const what = phase === "trajectory" ? "learning" : "costate";
          bar.update(fraction, `epoch ${epoch}/${epochs} ${what} ${step}/${steps}`);
        },
        onEpoch: (metrics) => bar.log(epochLine(metrics, epochs)),
      }),
    );
    context.say(inPlainWords(summary, (performance.now() - started) / 1000));
    return { ...summary, report: report && (await measureAndDraw(context, directory, resources, howToGoOn)) };
  },

  // What was found was said before it was measured and drawn.
  lines: ({ report }) => (report === undefined ? [] : [`The report is ${report}`]),
});

/** Evaluates a finished run and draws its report; returns the path. */
async function measureAndDraw(
  { compute }: CommandContext,
  directory: string,
  resources: ResourceOptions,
  howToGoOn: string,
): Promise<string> {
  const { evaluateRun } = await import("../runs/evaluation/evaluate-run.js");
  const { writeReport } = await import("../report/report.js");
  await compute(howToGoOn, (signal, bar) =>
    evaluateRun(directory, {
      ...resources,
      signal,
      onProgress: ({ fraction, epoch, step, steps }) =>
        bar.update(fraction, `measuring the policy of epoch ${epoch} ${step}/${steps}`),
    }),
  );
  return writeReport(directory).out;
}

function epochLine({ epoch, area, testArea, acceleration, zeroShare }: EpochMetrics, epochs: number): string {
  const areas = `area ${area.toFixed(4)}  test area ${testArea.toFixed(4)}`;
  if (epoch === 0) return `conventional  ${areas}`;
  const name = `epoch ${epoch}/${epochs}`.padEnd(13);
  return `${name} ${areas}  acceleration ${speed(acceleration)}  zero weights ${percent(zeroShare)}`;
}

function inPlainWords({ run, baseline, baselineFalls, best, epochs }: SearchSummary, seconds: number): string[] {
  const { acceleration, zeroPerturbedShare } = best;
  const faster =
    best.epoch === 0
      ? "No policy learns faster than conventional learning on the validation examples."
      : !baselineFalls
        ? "The test loss of conventional learning does not fall to its end: no acceleration over it is claimed."
        : acceleration === null
          ? `Under the best policy (epoch ${best.epoch}) the test loss does not reach that of conventional learning.`
          : `Under the best policy (epoch ${best.epoch}) learning reaches the final test loss of conventional learning ${acceleration.toFixed(2)} times sooner.`;
  const perturbed =
    zeroPerturbedShare === null ? "" : `; ${percent(zeroPerturbedShare)} of these are perturbed examples`;
  const zeros =
    best.zeroShare === 0
      ? "No example-step has zero weight."
      : `${percent(best.zeroShare)} of all example-steps have zero weight${perturbed}.`;
  return [
    "",
    faster,
    `The compression ratio on test text goes from ${baseline.compressionRatio.toFixed(4)} to ${best.compressionRatio.toFixed(4)}, and the final test loss goes from ${baseline.finalTestLoss.toFixed(4)} to ${best.finalTestLoss.toFixed(4)} nats.`,
    zeros,
    `${epochs.length - 1} epochs of search, ${duration(seconds)}. Policies, metrics and configuration are in ${run}; the best policy is ${best.policy}.`,
    `Weights for another trainer: ${[...program(), "weights", run].map(quoted).join(" ")} --out weights.parquet`,
  ];
}
