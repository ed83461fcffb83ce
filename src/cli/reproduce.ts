import { Argument, Command } from "commander";
import { reproductions } from "../experiments/reproductions.js";
import { withInterrupt } from "./interrupt.js";
import { addResourceOptions, type ResourceOptions } from "./options.js";
import { ProgressBar } from "./progress-bar.js";

interface Options extends ResourceOptions {
  out?: string;
  json?: boolean;
}

export function reproduceCommand(): Command {
  const names = Object.keys(reproductions);
  return addResourceOptions(
    new Command("reproduce")
      .summary("measure a published experiment anew, beside its figures")
      .description(
        "Runs the searches of a published experiment (Gu et al. 2024) with fixed seeds, evaluates them, draws the " +
          "report and prints what was measured beside what was published. Continues what is there, after Ctrl-C or " +
          "a crash.",
      )
      .addArgument(new Argument("<experiment>", "what to reproduce").choices(names))
      .option("--out <dir>", "the folder of its runs (default: runs/reproduce-EXPERIMENT)"),
  )
    .addHelpText(
      "after",
      `
Experiments:
${names.map((name) => `  ${name.padEnd(19)} ${reproductions[name].about}`).join("\n")}`,
    )
    .action(reproduce);
}

async function reproduce(name: string, { out, json, ...resources }: Options): Promise<void> {
  const folder = out ?? `runs/reproduce-${name}`;
  // The engines take longer to load than help or a wrong name should.
  const { reproduce: run } = await import("../experiments/reproduce.js");
  const bar = new ProgressBar();
  try {
    const { claims, report, evaluations } = await withInterrupt(
      "interrupted; the same command goes on from here",
      (signal) =>
        run(reproductions[name], folder, {
          ...resources,
          signal,
          onProgress: ({ fraction, note }) => bar.update(fraction, note),
          onRun: ({ run, epochs, best }) => {
            const speed = epochs.find(({ epoch }) => epoch === best)?.acceleration;
            bar.log(`${run} is evaluated: acceleration ${speed?.toFixed(2) ?? "-"}`);
          },
        }),
    );
    bar.stop();
    const say = json ? console.error : console.log;
    for (const { claim, measured, published } of claims)
      for (const line of [`${claim}:`, `  measured   ${measured}`, `  published  ${published}`]) say(line);
    say(`The report is ${report}`);
    if (json) console.log(JSON.stringify({ claims, report, evaluations }));
  } finally {
    bar.stop();
  }
}
