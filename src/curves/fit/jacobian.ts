import type { FitProblem } from "./problem.js";

/** The relative step of a central difference with the least error: the cube root of the spacing of floats. */
const STEP = Math.cbrt(Number.EPSILON);

/** The derivatives of all predictions by each parameter, by central differences; one column a parameter. */
export function jacobian({ predict }: Pick<FitProblem, "predict">, parameters: readonly number[]): Float64Array[] {
  return parameters.map((parameter, j) => {
    const step = STEP * Math.max(Math.abs(parameter), STEP);
    const moved = (by: number) => predict(parameters.map((value, i) => (i === j ? value + by : value)));
    const [above, below] = [moved(step), moved(-step)];
    return above.map((value, i) => (value - below[i]) / (2 * step));
  });
}
