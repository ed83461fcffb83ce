import { command } from "./command.js";

export const weights = command({
  name: "weights",
  summary: "the weight that a search or a training gave every example, for any other trainer",
  description: `Writes one row per training example under the best policy of a search, or of what a training did so far: id, source
document and window, text, its total weight over the steps relative to uniform (1 is ordinary, 0 is left out; of a
training over the steps in which it was drawn, and null if it never was), the first and last step with weight, and
whether it was perturbed.`,
  arguments: [{ name: "<run>", about: "the directory of a search or a training" }],
  options: { out: { value: "<file>", about: "a .parquet or .jsonl file", required: true } },

  async run(_, [directory], { out }) {
    const { runWeights } = await import("../export/run-weights.js");
    const { writeExampleWeights } = await import("../export/export-weights.js");
    const { rows, of } = runWeights(directory);
    await writeExampleWeights(out, rows);
    return { out, ...of, examples: rows.length, withoutWeight: rows.filter(({ weight }) => weight === 0).length };
  },

  lines({ out, examples, withoutWeight, ...of }) {
    const when = Object.entries(of).map(([unit, number]) => `${unit} ${number}`);
    return [`${out}: ${examples} examples under ${when}, ${withoutWeight} never with weight`];
  },
});
