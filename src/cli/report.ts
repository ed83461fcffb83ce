import { command } from "./command.js";

export const report = command({
  name: "report",
  summary: "draw what a search found as one HTML page",
  description:
    "Draws a finished and evaluated search: the acceleration, the learning law, the policy, the scaling laws and the " +
    "examples with the most and the least weight, each with what the theory predicts. One HTML file that needs no " +
    "network; other runs are compared in its table.",
  arguments: [
    { name: "<run>", about: "the directory of a search that was evaluated" },
    { name: "[others...]", about: "runs to compare it with" },
  ],
  options: {
    out: { value: "<file>", about: "the HTML file (default: RUN/report.html)" },
    png: { value: "<dir>", about: "also write every figure as PNG into this folder" },
  },
  help: `Examples:
  learning-law evaluate runs/quickstart-1                measure first
  learning-law report runs/quickstart-1
  learning-law report runs/t1000 runs/t2000 --out scaling.html --png figures`,

  async run(_, [run, others], options) {
    const { writeReport } = await import("../report/report.js");
    return writeReport(run, { ...options, others });
  },

  lines: ({ out, pngs }, { png }) => [
    `The report is ${out}`,
    ...(png === undefined ? [] : [`${pngs.length} figures are in ${png}`]),
  ],
});
