import { Command } from "commander";
import type { ReportSummary } from "../report/report.js";
import { jsonOption } from "./options.js";

interface Options {
  out?: string;
  png?: string;
  json?: boolean;
}

export function reportCommand(): Command {
  return new Command("report")
    .summary("draw what a search found as one HTML page")
    .description(
      "Draws a finished and evaluated search: the acceleration, the learning law, the policy, the scaling laws and the " +
        "examples with the most and the least weight, each with what the theory predicts. One HTML file that needs no " +
        "network; other runs are compared in its table.",
    )
    .argument("<run>", "the directory of a search that was evaluated")
    .argument("[others...]", "runs to compare it with")
    .option("--out <file>", "the HTML file (default: RUN/report.html)")
    .option("--png <dir>", "also write every figure as PNG into this folder")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  learning-law evaluate runs/quickstart-1                measure first
  learning-law report runs/quickstart-1
  learning-law report runs/t1000 runs/t2000 --out scaling.html --png figures`,
    )
    .action(report);
}

async function report(run: string, others: string[], { json, ...options }: Options): Promise<void> {
  // What draws takes longer to load than help or a wrong option should.
  const { writeReport } = await import("../report/report.js");
  const summary = writeReport(run, { ...options, others });
  if (json) console.log(JSON.stringify(summary));
  else for (const line of inPlainWords(summary, options.png)) console.log(line);
}

function inPlainWords({ out, pngs }: ReportSummary, png: string | undefined): string[] {
  return [`The report is ${out}`, ...(png === undefined ? [] : [`${pngs.length} figures are in ${png}`])];
}
