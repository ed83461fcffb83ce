import { Command } from "commander";
import { resolveConfig } from "../runs/config/resolve-config.js";
import type { EpochMetrics } from "../runs/search/epoch-metrics.js";
import type { SearchSummary } from "../runs/search/search-run.js";
import type { Progress } from "../search/search.js";
import { continuation, program, quoted } from "./command-line.js";
import { defaultDirectory } from "./default-directory.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions, setOption } from "./options.js";
import { duration, ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  set: string[];
  out?: string;
  resume?: boolean;
  report?: boolean;
  json?: boolean;
}

export function searchCommand(): Command {
  return addResourceOptions(
    new Command("search")
      .summary("find the weight of every example at every step")
      .description(
        "Searches for the learning policy, a weight for every training example at every step, under which the " +
          "loss on the desired examples falls fastest, and measures on unseen test text how much sooner it falls.",
      )
      .argument("[preset-or-config]", "a preset (see `learning-law presets`) or a YAML file", "quickstart")
      .addOption(setOption())
      .option("--out <dir>", "the run directory (default: runs/NAME-1, or the next number)")
      .option("--resume", "continue the run in --out, or the newest of this name")
      .option("--report", "then measure the learning law and draw the report"),
  )
    .addHelpText(
      "after",
      `
Examples:
  learning-law search                                    the quickstart, on the shipped TinyStories
  learning-law search perceptron --set data.labelNoise=0.1 --out runs/noisy
  learning-law search quickstart --set data.train=corpus.jsonl --set data.desired=wanted.txt
  learning-law search quickstart --resume                after Ctrl-C or a crash`,
    )
    .action(search);
}

async function search(presetOrFile: string, { set, out, resume, report, json, ...resources }: Options): Promise<void> {
  const config = resolveConfig(presetOrFile, set);
  // The engines take longer to load than help or a wrong key should.
  const { runSearch } = await import("../runs/search/search-run.js");
  const directory = out ?? defaultDirectory(presetOrFile, resume ?? false);
  const started = performance.now();
  const bar = new ProgressBar();
  const { epochs } = config.search;
  let running = false;
  let size = "";
  const onStart = ({ parameters, outcomes }: { parameters: number; outcomes: number }) => {
    size = `: ${parameters.toLocaleString("en")} parameters, vocabulary ${outcomes.toLocaleString("en")}`;
  };
  const onProgress = ({ fraction, epoch, phase, step, steps }: Progress) => {
    // Only now is it certain that there is a run: all that can be wrong with the input has been looked at.
    if (!running) bar.log(`run ${directory}${size}`);
    running = true;
    const what = phase === "trajectory" ? "learning" : "costate";
    bar.update(fraction, `epoch ${epoch}/${epochs} ${what} ${step}/${steps}`);
  };
  const onEpoch = (metrics: EpochMetrics) => bar.log(epochLine(metrics, epochs));
  const more = [...(report ? ["--report"] : []), ...(json ? ["--json"] : [])];
  const interrupted = `interrupted; continue with: ${continuation("search", presetOrFile, { set, out: directory, ...resources }, more)}`;
  try {
    const summary = await withInterrupt(interrupted, (signal) =>
      runSearch(config, directory, { ...resources, resume, onStart, onProgress, onEpoch, signal }),
    );
    bar.stop();
    const say = json ? console.error : console.log;
    for (const line of inPlainWords(summary, (performance.now() - started) / 1000)) say(line);
    const drawn = report ? await measureAndDraw(directory, resources, interrupted) : undefined;
    if (drawn !== undefined) say(`The report is ${drawn}`);
    if (json) console.log(JSON.stringify({ ...summary, report: drawn }));
  } finally {
    bar.stop();
  }
}

/** Evaluates a finished run and draws its report; returns the path. */
async function measureAndDraw(directory: string, resources: ResourceOptions, interrupted: string): Promise<string> {
  const { evaluateRun } = await import("../runs/evaluation/evaluate-run.js");
  const { writeReport } = await import("../report/report.js");
  const bar = new ProgressBar();
  try {
    await withInterrupt(interrupted, (signal) =>
      evaluateRun(directory, {
        ...resources,
        signal,
        onProgress: ({ fraction, epoch, step, steps }) =>
          bar.update(fraction, `measuring the policy of epoch ${epoch} ${step}/${steps}`),
      }),
    );
    return writeReport(directory).out;
  } finally {
    bar.stop();
  }
}

function epochLine({ epoch, area, testArea, acceleration, zeroShare }: EpochMetrics, epochs: number): string {
  const areas = `area ${area.toFixed(4)}  test area ${testArea.toFixed(4)}`;
  if (epoch === 0) return `conventional  ${areas}`;
  const speed = acceleration === null ? "never there" : `${acceleration.toFixed(3)}x`;
  return `${`epoch ${epoch}/${epochs}`.padEnd(13)} ${areas}  acceleration ${speed}  zero weights ${percent(zeroShare)}`;
}

function inPlainWords({ run, baseline, best, epochs }: SearchSummary, seconds: number): string[] {
  const { acceleration, zeroPerturbedShare } = best;
  const faster =
    acceleration === null
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
