import { command } from "./command.js";

export const weights = command({
  name: "weights",
  summary: "the weight that a search or a training gave every example, for any other trainer",
  description:
    "Writes one row per training example under the best policy of a search, or of what a training did so far: its " +
    "number (id), the document that it is from (its file, and row counted from 0 there) and which window of it, the " +
    "text, the total weight over the steps relative to uniform (1 is ordinary, 0 is left out; of a training over the " +
    "steps in which it was drawn, and null if it never was), the first and last step with weight, and whether it was " +
    "perturbed.",
  arguments: [{ name: "<run>", about: "the directory of a search or a training" }],
  options: { out: { value: "<file>", about: "a .parquet or .jsonl file", required: true } },
  help: `To join with the corpus, take file and row: the rows of a table, or the documents of a .txt file, counted from 0, empty
ones included. The id is the example's number in the run and not the row's. Only the examples that the run learned from
have a weight: data.examples of them, drawn from all windows of the corpus; the other rows are not in the table.`,

  async run(_, [directory], { out }) {
    const { runWeights } = await import("../export/run-weights.js");
    const { writeExampleWeights } = await import("../export/export-weights.js");
    const { rows, of } = runWeights(directory);
    await writeExampleWeights(out, rows);
    const documents = new Set(rows.map(({ document }) => document)).size;
    return {
      out,
      ...of,
      examples: rows.length,
      documents,
      withoutWeight: rows.filter(({ weight }) => weight === 0).length,
    };
  },

  lines({ out, examples, documents, withoutWeight, ...of }) {
    const when = Object.entries(of).map(([unit, number]) => `${unit} ${number}`);
    return [
      `${out}: ${examples} examples under ${when}, ${withoutWeight} never with weight, of ${documents} documents: data.examples is ${examples}, and the other rows of the corpus have no weight`,
    ];
  },
});
