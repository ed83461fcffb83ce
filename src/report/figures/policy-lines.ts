import * as Plot from "@observablehq/plot";
import { number } from "../format.js";
import { ramp } from "../palette.js";
import { rampLegend } from "../plot.js";
import type { EvaluatedPolicy } from "../report-data.js";

/**
 * A line for each evaluated policy, from the colour of conventional learning to that of the best by its log CR, with the
 * legend that says so.
 *
 * @param points the line of a policy
 */
export function policyLines<Point>(
  policies: readonly EvaluatedPolicy[],
  points: (policy: EvaluatedPolicy) => readonly Point[],
  options: Plot.LineOptions,
): Plot.Markish[] {
  const byRank = policies.toSorted((a, b) => a.rank - b.rank);
  const ratio = ({ summary }: EvaluatedPolicy) => number(summary.logCompressionRatio);
  return [
    ...byRank.map((policy) => Plot.line(points(policy), { ...options, stroke: ramp(policy.rank), strokeWidth: 2 })),
    ...rampLegend([ratio(byRank[0]), ratio(byRank[byRank.length - 1])]),
  ];
}
