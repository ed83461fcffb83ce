import { byArea, type Experiment, withSeeds } from "../experiments/experiment.js";
import { experimentOf, experiments } from "../experiments/registry.js";
import type { Reproduced } from "../experiments/reproduce.js";
import { jsonOf, printedLines } from "../experiments/results/printing.js";
import { command } from "./command.js";
import { resources } from "./options.js";
import { seeds } from "./seeds.js";
import { watch, watchFolder } from "./watch.js";

/** One experiment run, or all of them listed. */
type Result = { readonly experiment: Experiment; readonly reproduced: Reproduced } | undefined;

/** `learning-law reproduce`: lists the published experiments, or runs one. */
export const reproduce = command({
  name: "reproduce",
  summary: "measure a published experiment anew, beside its figures",
  description:
    "Runs what a published experiment needs with fixed seeds, and prints what was measured beside what was " +
    "published, with the verdict that follows; results.json and a page of it are in the folder of the runs. " +
    "Continues what is there, after Ctrl-C or a crash. Without a name it lists the experiments.",
  arguments: [{ name: "[experiment]", about: "what to reproduce; all are listed without it" }],
  options: {
    out: {
      value: "<dir>",
      about: "the folder of its runs (default: runs/reproduce-EXPERIMENT, with --seeds other ones)",
    },
    seeds: {
      ...seeds,
      about: "run it on this many seeds, 1 and those after it, in place of its own: medians, 95% intervals",
    },
    watch,
    ...resources,
  },
  help: `Experiments, and what they cost on two cores:\n\n${list(experiments)}`,
  wordsBesideJson: true,

  async run(context, [name], { out, seeds, watch, ...resources }): Promise<Result> {
    if (name === undefined) return undefined;
    const experiment = seeds === undefined ? experimentOf(name) : withSeeds(experimentOf(name), seeds);
    const folder = out ?? `runs/reproduce-${name}${seeds === undefined ? "" : `-${seeds}-seeds`}`;
    const howToGoOn = () => "the same command goes on from here";
    if (watch) await watchFolder(context, folder);
    const reproduced = await context.compute(howToGoOn, async (signal, bar) => {
      const { reproduce: run } = await import("../experiments/reproduce.js");
      return run(experiment, folder, {
        ...{ ...resources, signal },
        ...bar.beginning(),
        onProgress: ({ fraction, note }) => bar.update(fraction, note),
        onRun: ({ directory, summary }) => bar.log(`${directory} ${summary}`),
      });
    });
    return { experiment, reproduced };
  },

  lines: (result) => (result === undefined ? [list(experiments)] : printedLines(result.experiment, result.reproduced)),

  json(result) {
    if (result !== undefined) return jsonOf(result.reproduced);
    const listed = experiments.map(({ name, area, paper, about, minutes }) => ({ name, area, paper, about, minutes }));
    return { experiments: listed };
  },
});

/** The experiments by area, with what they cost and what they ask. */
function list(all: readonly Experiment[]): string {
  return byArea(all)
    .map(({ area, experiments }) => {
      const lines = experiments.map(
        ({ name, minutes, about }) => `  ${name.padEnd(18)} ${`${minutes} min`.padStart(8)}  ${about}`,
      );
      return [`${area}:`, ...lines].join("\n");
    })
    .join("\n\n");
}
