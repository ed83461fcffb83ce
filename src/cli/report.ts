import { command } from "./command.js";
import { refuseWidthAlone, width } from "./options.js";

export const report = command({
  name: "report",
  summary: "draw what a search, a training or a selection found as one HTML page",
  description:
    "Draws a finished and evaluated search: the acceleration, the learning law, the policy, the scaling laws and the " +
    "examples with the most and the least weight, each with what the theory predicts. One HTML file that needs no " +
    "network; other runs are compared in its table. Of a training: the loss over steps, tokens, gradients and seconds beside " +
    "other trainings, of which the first is the baseline, when the halves of the desired text agreed, and which texts its " +
    "policy believed. Of a selection: the scores with the threshold, what was taken of each file, and examples around it. " +
    "Of a folder of seeds: medians with 95% intervals, as bands; of trainings beside another folder of the same seeds.",
  arguments: [
    { name: "<run>", about: "the directory of a search that was evaluated or of a training, or a file selected into" },
    { name: "[others...]", about: "runs to compare it with" },
  ],
  options: {
    out: { value: "<file>", about: "the HTML file (default: RUN/report.html, SELECTED.report.html)" },
    png: { value: "<dir>", about: "also write every figure as PNG into this folder" },
    figures: {
      value: "<dir>",
      about: "also write every figure for print into this folder: SVG, PDF, PNG of 300 dpi, and its caption as text",
    },
    width,
  },
  help: `Examples:
  learning-law evaluate runs/quickstart-1                measure first
  learning-law report runs/quickstart-1
  learning-law report runs/law runs/plain                a training beside its baseline
  learning-law report selected.parquet                   what select took
  learning-law report runs/t1000 runs/t2000 --out scaling.html --png figures
  learning-law report runs/quickstart-1 --figures figures --width 85mm`,

  async run(_, [run, others], { figures: folder, width, ...options }) {
    refuseWidthAlone(width, folder);
    const { writeAnyReport } = await import("../report/index.js");
    return writeAnyReport(run, { ...options, others, figures: folder, width });
  },

  lines: ({ out, pngs, figures }, { png, figures: folder }) => [
    `The report is ${out}`,
    ...(png === undefined ? [] : [`${pngs.length} figures are in ${png}`]),
    ...(folder === undefined ? [] : [`${figures.length / 4} figures with their captions are in ${folder}`]),
  ],
});
