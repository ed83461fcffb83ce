import { type Deceleration, measureDeceleration } from "../../curves/deceleration.js";
import { comparison } from "../../curves/deceleration-comparison.js";
import { command } from "../command.js";
import { chosen, columns, out, preparation, prepared, tableLines, transient, writtenLine } from "./curve-options.js";

/** A curve's deceleration as `--json` has it. */
type Line = { readonly file: string } & Omit<Deceleration, "fit"> & Partial<NonNullable<Deceleration["fit"]>>;

/** `learning-law curve deceleration`: where loss curves break. */
export const deceleration = command({
  name: "deceleration",
  summary: "where a loss curve breaks: the step, the loss there, the rate after it",
  description:
    "Fits a power law with one smooth break to each loss curve and says where learning decelerates: the step t_d, the " +
    "loss L_d there, the rate r_d after it, with standard errors; whether there is a break at all; and of several curves, " +
    "such as of models of several sizes, how these go along. What was published was fitted to smoothed and subsampled losses: " +
    "give --smooth --subsample for losses as they were logged in every step.",
  arguments: [
    { name: "<file>", about: "a training log, or a run" },
    { name: "[others...]", about: "further ones" },
  ],
  options: { ...columns, ...preparation, transient: transient(100), out },
  help: `Examples:
  learning-law curve deceleration 14M.csv 37M.csv 78M.csv 285M.csv
  learning-law curve deceleration log.jsonl --smooth --subsample
  learning-law curve deceleration runs/law --transient 10 --out figures
  learning-law curve deceleration wandb_export.csv --loss train/ce --json`,

  async run(_, [file, others], options) {
    const { readCurves } = await import("../../runs/curves/read-curves.js");
    const curves = readCurves([file, ...others], chosen(options)).map((curve) => {
      const points = prepared(curve, options);
      return { file: curve.name, points, found: measureDeceleration(points) };
    });
    const lines = curves.map(({ file, found: { fit, ...found } }): Line => ({ file, ...fit, ...found }));
    return { curves: lines, written: options.out === undefined ? [] : await write(options.out, curves, lines) };
  },

  lines: ({ curves, written }, { transient }) => [
    ...tableLines(MEASURES, curves.map(measuresOf)),
    "",
    ...tableLines(COEFFICIENTS, curves.map(coefficientsOf)),
    "",
    ...comparisonOf(curves),
    ...curves.flatMap(({ file, verdict, reason }) => {
      const remedy =
        verdict === "too little data" && transient > 0 ? `; --transient ${transient} leaves out the first` : "";
      return reason === undefined ? [] : [`${file}: ${verdict}: ${reason}${remedy}.`];
    }),
    ...writtenLine(written),
  ],

  json: ({ curves, written }) => ({ curves: curves.map(jsonOf), ...(written.length === 0 ? {} : { written }) }),
});

/** A curve without a break has none of what a break has. */
function jsonOf(line: Line) {
  if (line.verdict === "decelerates" || line.verdict === "accelerates") return line;
  const { file, verdict, reason, points, final } = line;
  return { file, verdict, reason, points, final, evidence: line.evidence ?? null, ...NOTHING };
}

const NOTHING = {
  ...{ td: null, Ld: null, rd: null, b: null, c0: null, c1: null, lnD1: null, f1: null },
  ...{ rsle: null, predictedFinal: null, errors: null, intervals: null },
};

const MEASURES = ["file", "t_d", "L_d", "r_d", "predicted", "final"];
const COEFFICIENTS = ["file", "b", "c0", "c1", "ln d1", "f1", "RSLE"];

const withError = (value: number, error: number, decimals: number) =>
  `${value.toFixed(decimals)}±${error.toFixed(decimals)}`;

/** None of a curve without points. */
const shownLoss = (loss: number) => (Number.isNaN(loss) ? "-" : loss.toFixed(3));

/** The row of a curve in the table of measures: published table 1. */
function measuresOf({ file, verdict, td, Ld, rd, errors, predictedFinal, final }: Line): string[] {
  if (errors === undefined || verdict === "no break") return [file, verdict, "-", "-", "-", shownLoss(final)];
  return [
    ...[file, withError(td!, errors.td, 0), withError(Ld!, errors.Ld, 2), withError(rd!, errors.rd, 4)],
    ...[predictedFinal!.toFixed(3), shownLoss(final)],
  ];
}

/** The row of a curve in the table of coefficients. */
function coefficientsOf({ file, verdict, b, c0, c1, lnD1, f1, errors, rsle }: Line): string[] {
  if (errors === undefined || verdict === "no break") return [file, ...COEFFICIENTS.slice(1).map(() => "-")];
  return [
    ...[file, withError(b!, errors.b, 2), withError(c0!, errors.c0, 3), withError(c1!, errors.c1, 3)],
    ...[withError(lnD1!, errors.lnD1, 2), withError(f1!, errors.f1, 2), rsle!.toFixed(4)],
  ];
}

/** How the measures go along curves that decelerate. */
function comparisonOf(curves: readonly Line[]): string[] {
  const broken = curves.flatMap(({ verdict, Ld, rd }) => (verdict === "decelerates" ? [{ Ld: Ld!, rd: rd! }] : []));
  return broken.length < 2 ? [] : [comparison(broken)];
}

async function write(
  folder: string,
  curves: Parameters<typeof import("../../report/curves/deceleration-figures.js").decelerationFigures>[0],
  lines: readonly Line[],
) {
  const { decelerationFigures } = await import("../../report/curves/deceleration-figures.js");
  const { writeCurveReport } = await import("../../report/curves/curve-report.js");
  return writeCurveReport(folder, {
    title: "Loss deceleration",
    lead: "Each curve was fitted by a power law with one smooth break, by least squares on ln L.",
    figures: decelerationFigures(curves),
    tables: [
      { header: MEASURES, rows: lines.map(measuresOf) },
      { header: COEFFICIENTS, rows: lines.map(coefficientsOf) },
    ],
  });
}
