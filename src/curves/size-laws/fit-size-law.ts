import { InputError } from "../../base/errors.js";
import { rootMeanSquare } from "../../base/floats.js";
import type { Random } from "../../base/random.js";
import { bootstrap, percentileInterval } from "../fit/bootstrap.js";
import { fitParameters } from "../fit/fit.js";
import type { FitProblem } from "../fit/problem.js";
import { huber } from "../fit/residual-loss.js";
import type { SizedRun, SizeLaw } from "./size-law.js";

/** A law of size and tokens that was fitted to runs. */
export interface SizeLawFit {
  readonly law: SizeLaw;
  /** Coefficients by name. */
  readonly coefficients: Readonly<Record<string, number>>;
  /** 95% intervals by name, [low, high]; none where too few of the draws converged. */
  readonly intervals?: Readonly<Record<string, readonly [number, number]>>;
  /** The power of C in the best size: N ~ C^a. */
  readonly sizePower: number;
  readonly sizePowerInterval?: readonly [number, number];
  /** The root of the mean squared error of ln L. */
  readonly rsle: number;
  readonly objective: number;
  readonly converged: boolean;
  readonly starts: number;
  readonly agreeing: number;
  /** ln L at a size and tokens. */
  lossAt(params: number, tokens: number): number;
  /** The size and the tokens of the least loss for a compute of C = 6 N D, and that loss. */
  optimum(compute: number): { readonly params: number; readonly tokens: number; readonly loss: number };
}

/** Of ln L, as published. */
const HUBER_DELTA = 1e-3;
const REPLICATES = 200;
/** Intervals need that many draws that converged. */
const LEAST_REPLICATES = 100;

/**
 * Fits a law of size and tokens to runs: the sum of the Huber losses of ln L - ln L-hat is minimised from several starts
 * (Hoffmann et al. 2022, section 3.3). Intervals are from fits of runs drawn with replacement.
 *
 * @throws InputError if there are too few runs, or all have the same size or the same tokens
 */
export function fitSizeLaw(law: SizeLaw, runs: readonly SizedRun[], random: Random): SizeLawFit {
  refuseFew(law, runs);
  const [lnN, lnD] = (["params", "tokens"] as const).map((key) => Float64Array.from(runs, (run) => Math.log(run[key])));
  const problem: FitProblem = {
    observed: Float64Array.from(runs, ({ loss }) => Math.log(loss)),
    predict: (parameters) => lnN.map((n, i) => law.lnLoss(parameters, n, lnD[i])),
    lower: law.lower,
    upper: law.upper,
  };
  const loss = huber(HUBER_DELTA);
  const fit = fitParameters(problem, loss, law.starts(Math.min(...runs.map((run) => run.loss))))!;
  const named = <Value>(of: (index: number) => Value) =>
    Object.fromEntries(law.coefficients.map((name, i) => [name, of(i)]));
  const replicates = bootstrap(problem, loss, fit, random, REPLICATES);
  const sure = replicates.length >= LEAST_REPLICATES;
  const powerOf = (at: readonly number[]) => law.lnOptimalSize(at, 1) - law.lnOptimalSize(at, 0);
  const { parameters, residuals, objective, converged, starts, agreeing } = fit;
  const lossAt = (params: number, tokens: number) =>
    Math.exp(law.lnLoss(parameters, Math.log(params), Math.log(tokens)));
  return {
    law,
    coefficients: named((i) => law.ofParameters(parameters)[i]),
    ...(sure ? { intervals: named((i) => percentileInterval(replicates, (at) => law.ofParameters(at)[i])) } : {}),
    sizePower: powerOf(parameters),
    ...(sure ? { sizePowerInterval: percentileInterval(replicates, powerOf) } : {}),
    rsle: rootMeanSquare(residuals),
    ...{ objective, converged, starts, agreeing },
    lossAt,
    optimum(compute) {
      const params = Math.exp(law.lnOptimalSize(parameters, Math.log(compute)));
      const tokens = compute / (6 * params);
      return { params, tokens, loss: lossAt(params, tokens) };
    },
  };
}

function refuseFew({ name, coefficients }: SizeLaw, runs: readonly SizedRun[]): void {
  const least = coefficients.length + 2;
  if (runs.length < least)
    throw new InputError(
      `there are ${runs.length} runs; the law ${name} needs ${least} at least, of several sizes and lengths`,
    );
  for (const key of ["params", "tokens"] as const)
    if (new Set(runs.map((run) => run[key])).size < 3)
      throw new InputError(
        `the runs have fewer than three different ${key}; a law of size and tokens needs three at least`,
      );
}
