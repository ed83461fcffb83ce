import { InputError } from "../../base/errors.js";
import { createRandom } from "../../base/random.js";
import { rounded } from "../../base/words.js";
import { fitLawOfSteps } from "../../curves/law-of-steps.js";
import { lossCurve } from "../../curves/readers/loss-curve.js";
import { isTableOfRuns, sizedRuns } from "../../curves/readers/sized-runs.js";
import { fitSizeLaw, type SizeLawFit } from "../../curves/size-laws/fit-size-law.js";
import { sizeLaws } from "../../curves/size-laws/registry.js";
import type { SizedRun } from "../../curves/size-laws/size-law.js";
import type { CurveWithLaw } from "../../report/curves/law-of-steps-figure.js";
import { command } from "../command.js";
import { wholeNumber } from "../options.js";
import { chosen, columns, out, preparation, prepared, tableLines, transient, writtenLine } from "./curve-options.js";

/** What was fitted: curves each by its steps, or runs together by size and tokens. */
type Result = { readonly written: readonly string[] } & (
  | { readonly curves: readonly CurveWithLaw[] }
  | { readonly runs: readonly SizedRun[]; readonly fits: readonly SizeLawFit[] }
);

/** Computes at which the frontier is printed: that of the largest run times these. */
const COMPUTES = [1, 10, 100];

/** `learning-law curve scaling`: laws of steps, and of size and tokens. */
export const scaling = command({
  name: "scaling",
  summary: "the loss as a power law of steps, or of parameters and tokens across runs",
  description:
    "Of loss curves: L0 + (B/t)^beta of each, with 95% intervals, and whether the curve decides it. Of a table with a line " +
    "for every run and columns of parameters, tokens and loss: the laws of Hoffmann et al. (Chinchilla) and Kaplan et al., with 95% " +
    "bootstrap intervals, and the best size for a budget of compute C = 6ND.",
  arguments: [
    { name: "<file>", about: "a training log, a run, or a table of runs" },
    { name: "[others...]", about: "further ones of the same kind" },
  ],
  options: {
    ...columns,
    params: { value: "<column>", about: "that holds the parameters, of a table of runs" },
    ...preparation,
    transient: transient(0),
    seed: { value: "<n>", about: "of the bootstrap", parse: wholeNumber(0, 2 ** 31 - 1), default: 1 },
    out,
  },
  help: `Examples:
  learning-law curve scaling 14M.csv 285M.csv --transient 6000
  learning-law curve scaling runs.csv
  learning-law curve scaling runs.csv --params n --tokens d --out figures --json

A table of runs:
  params,tokens,loss
  44000000,1100000000,3.42`,

  async run(_, [file, others], { params, seed, ...options }): Promise<Result> {
    const { readPath } = await import("../../runs/curves/read-curves.js");
    const choice = { ...chosen(options), params };
    const logs = [file, ...others].flatMap(readPath);
    const tables = logs.filter((log) => isTableOfRuns(log, choice));
    if (tables.length > 0 && tables.length < logs.length)
      throw new InputError(`${tables[0].name} is a table of runs and others are curves; give one kind at a time`);
    if (tables.length > 0) {
      const runs = tables.flatMap((log) => sizedRuns(log, choice));
      const fits = sizeLaws.map((law) => fitSizeLaw(law, runs, createRandom(seed, law.name)));
      return { runs, fits, written: options.out === undefined ? [] : await writeRuns(options.out, runs, fits) };
    }
    const curves = logs.map((log): CurveWithLaw => {
      const points = prepared(lossCurve(log, choice), options);
      if (points.length === 0)
        throw new InputError(`${log.name} has no losses after the steps that are left out; lower --transient`);
      return { file: log.name, points, found: named(log.name, () => fitLawOfSteps(points)) };
    });
    return { curves, written: options.out === undefined ? [] : await writeCurves(options.out, curves) };
  },

  lines: (result) => [
    ...("curves" in result
      ? [
          ...tableLines(LAWS, result.curves.map(lawCells)),
          ...result.curves.flatMap(({ file, found: { undecided } }) =>
            undecided === null ? [] : [`${file} decides no law: ${undecided}.`],
          ),
        ]
      : result.fits.flatMap((fit) => [...fitLines(fit), ...tableLines(FRONTIER, frontierRows(result.runs, fit)), ""])),
    ...writtenLine(result.written),
  ],

  json: (result) => ({
    ...("curves" in result
      ? { curves: result.curves.map(({ file, found: { law, ...found } }) => ({ file, ...law, ...found })) }
      : { runs: result.runs.length, laws: result.fits.map((fit) => jsonOf(result.runs, fit)) }),
    ...(result.written.length === 0 ? {} : { written: result.written }),
  }),
});

/** The same, and what is refused with the name of the file before it. */
function named<Value>(file: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${file}: ${error.message}`) : error;
  }
}

const LAWS = ["file", "L0", "B", "beta", "t0", "correlation"];

function lawCells({ file, found: { law, intervals } }: CurveWithLaw): string[] {
  const between = (value: number, interval?: { low: number; high: number }) =>
    interval === undefined ? rounded(value) : `${rounded(value)} [${rounded(interval.low)}, ${rounded(interval.high)}]`;
  return [
    ...[file, between(law.L0, intervals?.L0), between(law.B, intervals?.B), between(law.beta, intervals?.beta)],
    ...[String(law.t0), law.correlation.toFixed(4)],
  ];
}

function fitLines({
  law,
  coefficients,
  intervals,
  sizePower,
  sizePowerInterval,
  rsle,
  converged,
  starts,
  agreeing,
}: SizeLawFit) {
  const interval = (of: readonly [number, number] | undefined) =>
    of === undefined ? "" : `[${rounded(of[0])}, ${rounded(of[1])}]`;
  return [
    `${law.name}: ${law.about}${converged ? "" : " (the fit has not converged)"}`,
    ...Object.entries(coefficients).map(
      ([name, value]) => `  ${name.padEnd(8)} ${rounded(value).padEnd(10)} ${interval(intervals?.[name])}`,
    ),
    `  error of ln L ${rounded(rsle)}; ${agreeing} of ${starts} starts ended here`,
    `  the best size grows as C^${rounded(sizePower)} ${interval(sizePowerInterval)}`.trimEnd(),
  ];
}

const FRONTIER = ["  compute", "parameters", "tokens", "loss"];

function frontier(runs: readonly SizedRun[], fit: SizeLawFit) {
  const most = Math.max(...runs.map(({ params, tokens }) => 6 * params * tokens));
  return COMPUTES.map((factor) => ({ compute: factor * most, ...fit.optimum(factor * most) }));
}

function frontierRows(runs: readonly SizedRun[], fit: SizeLawFit): string[][] {
  return frontier(runs, fit).map(({ compute, params, tokens, loss }) => [
    ...[`  ${compute.toExponential(2)}`, params.toExponential(2), tokens.toExponential(2), loss.toFixed(3)],
  ]);
}

function jsonOf(runs: readonly SizedRun[], fit: SizeLawFit) {
  const { law, coefficients, intervals, sizePower, sizePowerInterval, rsle, objective, converged, starts, agreeing } =
    fit;
  return {
    ...{
      law: law.name,
      coefficients,
      intervals,
      sizePower,
      sizePowerInterval,
      rsle,
      objective,
      converged,
      starts,
      agreeing,
    },
    frontier: frontier(runs, fit),
  };
}

async function writeCurves(folder: string, curves: readonly CurveWithLaw[]) {
  const { lawOfStepsFigure } = await import("../../report/curves/law-of-steps-figure.js");
  const { writeCurveReport } = await import("../../report/curves/curve-report.js");
  return writeCurveReport(folder, {
    title: "Scaling laws of steps",
    lead: "Each curve was fitted by L0 + (B/t)^β.",
    figures: [lawOfStepsFigure(curves)],
    tables: [{ header: LAWS, rows: curves.map(lawCells) }],
  });
}

async function writeRuns(folder: string, runs: readonly SizedRun[], fits: readonly SizeLawFit[]) {
  const { sizeLawFigures } = await import("../../report/curves/size-law-figures.js");
  const { writeCurveReport } = await import("../../report/curves/curve-report.js");
  return writeCurveReport(folder, {
    title: "Scaling laws of size and tokens",
    lead: `${runs.length} runs were fitted, the Huber loss of ln L, from several starts.`,
    figures: sizeLawFigures(runs, fits),
    tables: fits.map((fit) => ({
      header: [fit.law.name, "value", "95% from", "to"],
      rows: Object.entries(fit.coefficients).map(([name, value]) => {
        const [low, high] = fit.intervals?.[name] ?? [];
        return [name, rounded(value), low === undefined ? "-" : rounded(low), high === undefined ? "-" : rounded(high)];
      }),
    })),
  });
}
