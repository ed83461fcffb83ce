import * as Plot from "@observablehq/plot";
import { number } from "../format.js";
import { ramp } from "../palette.js";
import { label, legend, rampLegend } from "../plot.js";
import type { EvaluatedPolicy } from "../report-data.js";

/** So many policies are named one by one; of more, the ends of the colours are. */
const NAMED = 6;

/**
 * A line for each evaluated policy, from the colour of conventional learning to that of the best by its log CR, with the
 * legend that says which epoch of the search each is.
 *
 * @param points the line of a policy
 */
export function policyLines<Point>(
  policies: readonly EvaluatedPolicy[],
  points: (policy: EvaluatedPolicy) => readonly Point[],
  options: Plot.LineOptions,
): Plot.Markish[] {
  const byRank = policies.toSorted((a, b) => a.rank - b.rank);
  return [
    ...byRank.map((policy) => Plot.line(points(policy), { ...options, stroke: ramp(policy.rank), strokeWidth: 2 })),
    ...(policies.length <= NAMED ? epochLegend(policies) : rampLegend(endsOf(byRank))),
  ];
}

/** Names the policies with the smallest and the largest log CR, beside their dots. */
export function endLabels(
  points: readonly { readonly ratio: number; readonly height: number; readonly rank: number; readonly epoch: number }[],
): Plot.Markish[] {
  const sorted = points.toSorted((a, b) => a.ratio - b.ratio);
  return [...new Set([sorted[0], sorted[sorted.length - 1]])].map(({ ratio, height, rank, epoch }) =>
    label(
      epoch === 0 ? "conventional" : `epoch ${epoch}`,
      { x: ratio, y: height },
      epoch === 0
        ? { dy: 18, dx: -6, fill: ramp(rank), textAnchor: "start" }
        : { dy: -14, dx: 6, fill: ramp(rank), textAnchor: "end" },
    ),
  );
}

/** Each epoch in its colour: `conventional`, `epoch 1`, `2`, `3`. */
function epochLegend(policies: readonly EvaluatedPolicy[]): Plot.Markish[] {
  const first = policies.find(({ summary }) => summary.epoch > 0);
  const name = (policy: EvaluatedPolicy) => {
    const { epoch } = policy.summary;
    if (epoch === 0) return "conventional";
    return policy === first ? `epoch ${epoch}` : String(epoch);
  };
  return legend(policies.map((policy) => ({ name: name(policy), color: ramp(policy.rank) })));
}

function endsOf(byRank: readonly EvaluatedPolicy[]): [string, string] {
  const [from, to] = [byRank[0], byRank[byRank.length - 1]].map(
    ({ summary: { epoch, logCompressionRatio: ratio } }) => `${number(ratio)} (epoch ${epoch})`,
  );
  return [`log CR ${from}`, to];
}
