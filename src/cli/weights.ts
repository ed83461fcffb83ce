import { whole } from "../report/format.js";
import { command } from "./command.js";
import { carried, resources, wholeNumber } from "./options.js";

export const weights = command({
  name: "weights",
  summary: "the weight that a search or a training gave every example, for any other trainer",
  description:
    "Writes a table of what a run made of its training examples: the weight that the best policy of a search, or a " +
    "training so far, gave each, what the models of the training say of it at the end, and where in your corpus it is " +
    "from.",
  arguments: [{ name: "<run>", about: "the directory of a search or a training" }],
  options: {
    out: { value: "<file>", about: "a .parquet or .jsonl file", required: true },
    per: {
      value: "<what>",
      about: "a row for each window (example) or document",
      choices: ["window", "document"],
      default: "window",
    },
    ...carried,
    checkpoints: {
      value: "<k>",
      about: "of a training to score at, evenly spread (default: all, 10 at most)",
      parse: wholeNumber(1),
    },
    ...resources,
  },
  help: `The columns, those that a run does not have left out:
  example      the example's number in the run, from 0
  document     the name of its document, file:row
  file, row    the file as it was typed, and the row of a table (empty ones are
               counted too) or the document of a .txt file, from 0: join by
               these, or by id
  id           your own id of the row; the columns that --columns names follow
  window       which window of the document it is, from 0
  start, end   the part text[start:end] of your row's text that it is made from,
               in characters (Unicode code points, as Python counts), the token
               before the predicted ones included
  text         what the model reads, perturbed or not
  tokens       how many it predicts
  weight       the sum of its weights over the steps, relative to uniform: 1 is
               ordinary, 0 is left out; of a training over the steps in which it
               was drawn, null if it never was
  belief       how far the policy of a training believes it at the end, 0 to 1
  score        its contribution, as select scores: how much a step on it lowers
               the loss on the desired text; 1 is the mean size, below 0 does
               harm. The mean over checkpoints by their learning rates
  loss         at the newest checkpoint, in nats per token
  lossDrop     how much lower that is than at the first checkpoint kept
  firstStep, lastStep   of the steps in which it had weight, from 1
  perturbed    whether data.perturbed spoiled it

With --per document: the sum of the weights of a document's windows, windows
being their number, and the means of belief, score and losses by tokens.

Only what the run learned from is in the table: data.examples windows, drawn
from all of the corpus. select scores a whole corpus.

Example: the texts of a corpus with their weights, in DuckDB
  learning-law weights runs/law --per document --out weights.parquet
  SELECT c.*, w.weight FROM 'corpus.jsonl' c JOIN 'weights.parquet' w USING (id)`,

  async run({ compute }, [directory], { id, columns, ...options }) {
    const howToGoOn = () => "nothing was written; start it again";
    return compute(howToGoOn, async (signal, bar) => {
      const { writeRunWeights } = await import("../export/weights-table.js");
      return writeRunWeights(directory, {
        ...{ ...options, carry: { id, columns }, signal },
        ...bar.beginning(),
        onProgress: (phase, fraction) => {
          bar.update(fraction, phase === "scoring" ? "scoring the examples" : "reading the corpus", phase);
        },
      });
    });
  },

  lines({ out, rows, examples, documents, withoutWeight, checkpoints, absent, ...of }) {
    const when = Object.entries(of).map(([unit, number]) => `${unit} ${number}`);
    const steps = checkpoints.map((step) => whole(step)).join(", ");
    return [
      `${out}: ${whole(rows)} rows.`,
      `${whole(examples)} examples under ${when}, ${whole(withoutWeight)} never with weight, of ${whole(documents)} documents: ` +
        `data.examples is ${examples}, and the other rows of the corpus have no weight.`,
      ...(checkpoints.length === 0 ? [] : [`Scores are of step ${steps}.`]),
      ...absentLines(absent),
    ];
  },
});

/** A line for each reason, with all columns that are absent for it. */
function absentLines(absent: Readonly<Record<string, string>>): string[] {
  const reasons = new Set(Object.values(absent));
  return Array.from(reasons, (reason) => {
    const columns = Object.keys(absent).filter((column) => absent[column] === reason);
    return `Without ${columns.join(", ")}: ${reason.replace(/\.$/, "")}.`;
  });
}
