import type { LossCurve } from "../../curves/readers/loss-curve.js";
import { command } from "../command.js";
import { chosen, columns, tableLines } from "./curve-options.js";

/** `learning-law curve read`: what is found in training logs. */
export const read = command({
  name: "read",
  summary: "what is read of a log: its steps and losses (where none is named)",
  description: "Reads the loss curves of training logs, and says what was found in them.",
  arguments: [
    { name: "<file>", about: "a training log, or a run" },
    { name: "[others...]", about: "further ones" },
  ],
  options: columns,
  help: `Examples:
  learning-law curve read wandb_export.csv
  learning-law curve read trainer_state.json --loss eval_loss
  learning-law curve read events.out.tfevents.1700000000.host --json`,

  async run(_, [file, others], options) {
    const { readCurves } = await import("../../runs/curves/read-curves.js");
    return { curves: readCurves([file, ...others], chosen(options)).map(summaryOf) };
  },

  lines: ({ curves }) =>
    tableLines(
      ["file", "losses", "steps", "first", "last", "lowest", "learning rates", "tokens"],
      curves.map(({ file, points, from, to, first, last, lowest, rates, tokens }) => [
        ...[file, String(points), `${from} to ${to}`, first.toFixed(4), last.toFixed(4), lowest.toFixed(4)],
        ...[String(rates), tokens === null ? "-" : String(tokens)],
      ]),
    ),
});

function summaryOf({ name, points, rates }: LossCurve) {
  const [first, last] = [points[0], points[points.length - 1]];
  return {
    file: name,
    points: points.length,
    from: first.step,
    to: last.step,
    first: first.loss,
    last: last.loss,
    lowest: points.reduce((least, { loss }) => Math.min(least, loss), Number.POSITIVE_INFINITY),
    rates: rates.length,
    tokens: last.tokens ?? null,
  };
}
