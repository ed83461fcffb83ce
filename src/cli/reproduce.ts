import { Command } from "commander";
import { byArea, type Experiment } from "../experiments/experiment.js";
import { experimentOf, experiments } from "../experiments/registry.js";
import { printedJson, printedLines } from "../experiments/results/printing.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  out?: string;
  json?: boolean;
}

/** `learning-law reproduce`: lists the published experiments, or runs one. */
export function reproduceCommand(): Command {
  return addResourceOptions(
    new Command("reproduce")
      .summary("measure a published experiment anew, beside its figures")
      .description(
        "Runs what a published experiment needs with fixed seeds, and prints what was measured beside what was " +
          "published, with the verdict that follows; results.json and a page of it are in the folder of the runs. " +
          "Continues what is there, after Ctrl-C or a crash. Without a name it lists the experiments.",
      )
      .argument("[experiment]", "what to reproduce; all are listed without it")
      .option("--out <dir>", "the folder of its runs (default: runs/reproduce-EXPERIMENT)"),
  )
    .addHelpText("after", `\nExperiments, and what they cost on two cores:\n\n${list(experiments)}`)
    .action((name: string | undefined, options: Options) =>
      name === undefined ? printList(options) : reproduce(experimentOf(name), options),
    );
}

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

function printList({ json }: Options): void {
  const listed = experiments.map(({ name, area, paper, about, minutes }) => ({ name, area, paper, about, minutes }));
  console.log(json ? JSON.stringify({ experiments: listed }) : list(experiments));
}

async function reproduce(experiment: Experiment, { out, json, ...resources }: Options): Promise<void> {
  const folder = out ?? `runs/reproduce-${experiment.name}`;
  // The engines take longer to load than help or a wrong name should.
  const { reproduce: run } = await import("../experiments/reproduce.js");
  const bar = new ProgressBar();
  try {
    const reproduced = await withInterrupt("interrupted; the same command goes on from here", (signal) =>
      run(experiment, folder, {
        ...resources,
        signal,
        onProgress: ({ fraction, note }) => bar.update(fraction, note),
        onRun: ({ directory, summary }) => bar.log(`${directory} ${summary}`),
      }),
    );
    bar.stop();
    const say = json ? console.error : console.log;
    for (const line of printedLines(experiment, reproduced)) say(line);
    if (json) console.log(printedJson(reproduced));
  } finally {
    bar.stop();
  }
}
