import { levenbergMarquardt } from "ml-levenberg-marquardt";
import { allFinite, dot } from "../../base/floats.js";
import { jacobian } from "./jacobian.js";
import { linearLeastSquares } from "./linear-least-squares.js";
import type { Fit, FitProblem } from "./problem.js";
import type { ResidualLoss } from "./residual-loss.js";

/** Steps after which a descent is given up. */
const STEPS = 200;
/**
 * A place is stationary where moves along straight lines would gain no larger share of the objective: the gradient vanishes,
 * in a measure that knows of columns that are nearly alike.
 */
const GAIN = 1e-9;
/** Or where so small a share of what is observed is left. */
const NOTHING = 1e-22;
/** Without gain for so many steps, damped more and more, it is given up. */
const IDLE_STEPS = 15;
const DAMPING = { first: 1e-2, least: 1e-7, most: 1e7, down: 5, up: 4 };

type End = Pick<Fit, "parameters" | "objective" | "residuals" | "converged">;

/**
 * Goes down from a start to a local minimum of sum_i count_i loss(r_i).
 *
 * Every step weighs the points by the loss's weight at their residuals (iteratively reweighted least squares, Holland &
 * Welsch 1977), scales the parameters so that each moves the predictions alike (Marquardt 1963), and is one of
 * Levenberg-Marquardt. Steps are taken one by one because the library takes any: here one without gain is tried again
 * with more damping.
 *
 * @returns undefined where the law predicts no numbers at the start
 */
export function descend(problem: FitProblem, loss: ResidualLoss, start: readonly number[]): End | undefined {
  let here = placeAt(problem, loss, clamped(problem, start));
  if (here === undefined) return undefined;
  let damping = DAMPING.first;
  let idle = 0;
  for (let step = 0; step < STEPS; step++) {
    const slopes = jacobian(problem, here.parameters);
    if (!slopes.every(allFinite)) break;
    const columns = withoutHeld(problem, here, slopes);
    if (isStationary(problem, here, columns)) return { ...here, converged: true };
    const next = placeAt(problem, loss, moved(problem, here, columns, damping));
    const gain = next === undefined ? 0 : here.objective - next.objective;
    const promised = next === undefined ? 1 : promisedGain(here, columns, next.parameters);
    // A step that holds what the straight lines promise may be longer next time, one that does not must be shorter.
    if (gain > 0.75 * promised) damping = Math.max(damping / DAMPING.down, DAMPING.least);
    else if (!(gain > 0.25 * promised)) damping = Math.min(damping * DAMPING.up, DAMPING.most);
    idle = gain > GAIN * here.objective ? 0 : idle + 1;
    if (next !== undefined && gain > 0) here = next;
    if (idle === IDLE_STEPS) break;
  }
  return { ...here, converged: false };
}

/** Parameters with what follows from them. */
interface Place extends Omit<End, "converged"> {
  /** Of the points: how often each counts, times the loss's weight. */
  readonly weights: Float64Array;
}

function placeAt(problem: FitProblem, loss: ResidualLoss, parameters: readonly number[]): Place | undefined {
  const { observed, counts } = problem;
  const predicted = problem.predict(parameters);
  const residuals = observed.map((value, i) => value - predicted[i]);
  const countOf = (i: number) => counts?.[i] ?? 1;
  const objective = residuals.reduce((sum, residual, i) => sum + countOf(i) * loss.value(residual), 0);
  if (!Number.isFinite(objective)) return undefined;
  const weights = residuals.map((residual, i) => countOf(i) * loss.weight(residual));
  return { parameters, objective, residuals, weights };
}

/** A step of Levenberg-Marquardt, in units in which each parameter moves the weighed predictions by 1. */
function moved(problem: FitProblem, here: Place, columns: readonly Float64Array[], damping: number): number[] {
  const { parameters, weights } = here;
  const units = columns.map((column) => 1 / (Math.sqrt(squares(column, weights)) || 1));
  const at = (moves: readonly number[]) => moves.map((move, j) => parameters[j] + move * units[j]);
  const counted = Float64Array.from(weights.keys()).filter((i) => weights[i] > 0);
  // The library's own weights multiply in its Hessian and divide in its gradient (5.1.0).
  const root = weights.map(Math.sqrt);
  const bounds = (of: readonly number[] | undefined, otherwise: number) =>
    parameters.map((parameter, j) => (of === undefined ? otherwise : (of[j] - parameter) / units[j]));
  const { parameterValues } = levenbergMarquardt(
    { x: counted, y: counted.map((i) => root[i] * problem.observed[i]) },
    (moves) => {
      const predicted = problem.predict(at(moves));
      return (i) => root[i] * predicted[i];
    },
    {
      initialValues: parameters.map(() => 0),
      minValues: bounds(problem.lower, Number.NEGATIVE_INFINITY),
      maxValues: bounds(problem.upper, Number.POSITIVE_INFINITY),
      damping,
      maxIterations: 1,
      // An improvement below this is not remembered.
      errorTolerance: 1e-15 * squares(here.residuals, weights),
      jacobianFunction: () => (i) => columns.map((column, j) => root[i] * column[i] * units[j]),
    },
  );
  return clamped(problem, at(parameterValues));
}

/** How much a move would gain if predictions were linear in the parameters, and the loss its weighted squares. */
function promisedGain(
  { parameters, residuals, weights }: Place,
  columns: readonly Float64Array[],
  next: readonly number[],
): number {
  const left = residuals.map((residual, i) =>
    columns.reduce((rest, column, j) => rest - column[i] * (next[j] - parameters[j]), residual),
  );
  return (squares(residuals, weights) - squares(left, weights)) / 2;
}

/** The columns, with zeros for those parameters that are at a bound and would have to go beyond it. */
function withoutHeld(problem: FitProblem, here: Place, columns: readonly Float64Array[]): Float64Array[] {
  const { parameters, weights } = here;
  const weighed = here.residuals.map((residual, i) => weights[i] * residual);
  return columns.map((column, j) => {
    // The objective falls as the parameter moves along the sign of the slope.
    const slope = dot(column, weighed);
    const held =
      (slope > 0 && parameters[j] >= (problem.upper?.[j] ?? Number.POSITIVE_INFINITY)) ||
      (slope < 0 && parameters[j] <= (problem.lower?.[j] ?? Number.NEGATIVE_INFINITY));
    return held ? column.map(() => 0) : column;
  });
}

/** Whether nothing that the parameters could change is left in the residuals. */
function isStationary({ observed }: FitProblem, { residuals, weights }: Place, columns: readonly Float64Array[]) {
  const size = squares(residuals, weights);
  if (size <= NOTHING * squares(observed, weights)) return true;
  const root = weights.map(Math.sqrt);
  const rest = residuals.map((residual, i) => root[i] * residual);
  const weighed = columns.map((column) => column.map((slope, i) => root[i] * slope));
  const factors = linearLeastSquares(weighed, rest);
  const gained = factors.reduce((sum, factor, j) => sum + factor * dot(weighed[j], rest), 0);
  return gained <= GAIN * size;
}

function squares(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i] ** 2;
  return sum;
}

function clamped({ lower, upper }: FitProblem, parameters: readonly number[]): number[] {
  return parameters.map((value, j) =>
    Math.min(Math.max(value, lower?.[j] ?? value), upper?.[j] ?? Number.POSITIVE_INFINITY),
  );
}
