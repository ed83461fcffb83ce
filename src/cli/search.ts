import { quoted } from "../base/words.js";
import type { SearchSummary } from "../runs/search/search-run.js";
import { command } from "./command.js";
import { program } from "./command-line.js";
import { defaultDirectory } from "./default-directory.js";
import { duration, ONE_SEED, percent } from "./format.js";
import { resources, set } from "./options.js";
import { DEFAULT_PRESET, howToGoOn, requestedConfig } from "./requested-config.js";
import { measureAndDraw, searchOne } from "./search-one.js";
import { searchSeeds } from "./search-seeds.js";
import { seedCount, seeds } from "./seeds.js";
import { watch, watchRun } from "./watch.js";

export const search = command({
  name: "search",
  summary: "find the weight of every example at every step",
  description:
    "Searches for the learning policy, a weight for every training example at every step, under which the " +
    "loss on the desired examples falls fastest, and measures on unseen test text how much sooner it falls.",
  arguments: [
    {
      name: "[preset-or-config]",
      about: `a preset (see \`learning-law presets\`) or a YAML file (default: ${DEFAULT_PRESET}, or the run's own)`,
    },
  ],
  options: {
    set,
    out: { value: "<dir>", about: "the run directory (default: runs/NAME-1, or the next number)" },
    resume: { about: "continue the run in --out, or the newest of this name" },
    seeds,
    watch,
    report: { about: "then measure the learning law and draw the report" },
    ...resources,
  },
  help: `Examples:
  learning-law search                             the quickstart, on TinyStories
  learning-law search perceptron --set data.labelNoise=0.1 --out runs/noisy
  learning-law search quickstart --set data.train=corpus.jsonl \\
    --set data.desired=wanted.txt
  learning-law search quickstart --seeds 5        medians with 95% intervals
  learning-law search --out runs/noisy --resume   after Ctrl-C or a crash

Keys: \`learning-law presets quickstart\`; each is described in docs/REFERENCE.md`,
  wordsBesideJson: true,

  async run(context, [presetOrFile], { set, out, resume, report, seeds, watch, ...resources }) {
    const count = seedCount(seeds, resume === true, out);
    const suffix = count === undefined ? "" : "-seeds";
    const directory = out ?? defaultDirectory(presetOrFile ?? DEFAULT_PRESET, resume, suffix);
    const config = requestedConfig("search", presetOrFile, set, resume && directory);
    if (watch) await watchRun(context, directory);
    if (count !== undefined)
      return searchSeeds(context, config, directory, {
        ...{ count, resources, resume: resume === true, report: report === true },
      });
    const started = performance.now();
    const goOn = howToGoOn(context, directory);
    const summary = await context.compute(goOn, (signal, bar) =>
      searchOne(config, directory, { ...resources, resume, signal }, bar),
    );
    context.say(inPlainWords(summary, (performance.now() - started) / 1000));
    return { ...summary, report: report && (await measureAndDraw(context, directory, resources, goOn)) };
  },

  // What was found was said before it was measured and drawn.
  lines: ({ report }) => (report === undefined ? [] : [`The report is ${report}`]),
});

/** What is said of a search that did not go on for E epochs. */
const ENDINGS: Record<SearchSummary["ending"], string[]> = {
  epochs: [],
  gap: ["The search ended as its optimality gap is no larger than search.gap."],
  patience: ["The search ended as the area on validation examples did not fall any more (search.patience)."],
  converged: ["The search converged: no step lowers the area by what its losses can show."],
};

function inPlainWords(
  { run, baseline, baselineFalls, best, epochs, ending }: SearchSummary,
  seconds: number,
): string[] {
  const { acceleration, zeroPerturbedShare } = best;
  const faster =
    best.epoch === 0
      ? "No policy learns faster than conventional learning on the validation examples."
      : !baselineFalls
        ? "The test loss of conventional learning does not fall to its end: no acceleration over it is claimed."
        : acceleration === null
          ? `Under the best policy (epoch ${best.epoch}) the test loss does not reach that of conventional learning.`
          : `Under the best policy (epoch ${best.epoch}) learning reaches the final test loss of conventional learning ${acceleration.toFixed(2)} times sooner (${ONE_SEED}).`;
  const perturbed =
    zeroPerturbedShare === null ? "" : `; ${percent(zeroPerturbedShare)} of these are perturbed examples`;
  const zeros =
    best.zeroShare === 0
      ? "No example-step has zero weight."
      : `${percent(best.zeroShare)} of all example-steps have zero weight${perturbed}.`;
  return [
    "",
    ...ENDINGS[ending],
    faster,
    `The compression ratio on test text goes from ${baseline.compressionRatio.toFixed(4)} to ${best.compressionRatio.toFixed(4)}, and the final test loss goes from ${baseline.finalTestLoss.toFixed(4)} to ${best.finalTestLoss.toFixed(4)} nats.`,
    zeros,
    `${epochs.length - 1} epochs of search, ${duration(seconds)}. Policies, metrics and configuration are in ${run}; the best policy is ${best.policy}.`,
    "Weights for another trainer:",
    `  ${[...program(), "weights", run].map(quoted).join(" ")} --out weights.parquet`,
  ];
}
