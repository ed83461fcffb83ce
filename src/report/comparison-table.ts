import { number, percent, times, whole } from "./format.js";
import { type Html, html } from "./html.js";
import type { RunComparison } from "./report-data.js";

/** How much a policy improves the scaling law, measured or published: a row of the table. */
export interface ComparisonRow {
  readonly source: "measured" | "published";
  readonly name: string;
  readonly steps: number;
  /** Shares; null where the curves do not decide the laws. */
  readonly improvementOfB: number | null;
  readonly improvementOfBeta: number | null;
  /** The lower of the two laws' correlations; null where none can be fitted. */
  readonly correlation: number | null;
  readonly acceleration: number | null;
  /** Why there are no improvements, as a clause; null where there are. */
  readonly undecided: string | null;
}

/** Gu et al. 2024, table 2: a transformer of 1.7 M parameters, on a GPU. */
export const publishedTable: readonly ComparisonRow[] = [
  [1000, 0.885, 0.1, 2.16],
  [2000, 0.949, 0.18, 2.31],
  [4000, 0.937, 0.187, 2.41],
  [8000, 0.948, 0.19, 2.48],
].map(([steps, improvementOfB, improvementOfBeta, acceleration]) => {
  return {
    source: "published",
    name: "1.7M transformer",
    steps,
    improvementOfB,
    improvementOfBeta,
    correlation: null,
    acceleration,
    undecided: null,
  };
});

/** The rows of these runs by their number of steps, then the published ones. */
export function comparisonRows(runs: readonly RunComparison[]): ComparisonRow[] {
  const measured = runs.map(({ name, config, scaling, best }): ComparisonRow => {
    const law = "refused" in scaling || scaling.undecided !== null ? null : scaling;
    return {
      source: "measured",
      name,
      steps: config.learning.steps,
      improvementOfB: law?.improvement.B ?? null,
      improvementOfBeta: law?.improvement.beta ?? null,
      correlation: "refused" in scaling ? null : scaling.correlation,
      acceleration: best.acceleration,
      undecided: "refused" in scaling ? scaling.refused : scaling.undecided,
    };
  });
  return [...measured.toSorted((a, b) => a.steps - b.steps), ...publishedTable];
}

/** The rows as a table of HTML. */
export function comparisonTable(rows: readonly ComparisonRow[]): Html {
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Run</th><th scope="col">Steps T</th><th scope="col">B better by</th><th scope="col">β better by</th><th scope="col">Acceleration</th></tr></thead>
<tbody>${rows.map(tableRow)}</tbody>
</table></div>
${rows.map(({ name, undecided }) => (undecided === null ? [] : html`<p class="quiet">${name} has no scaling law: ${undecided}.</p>`))}`;
}

function tableRow({ source, name, steps, acceleration, ...row }: ComparisonRow): Html {
  return html`<tr class="${source}"><th scope="row">${name} <span class="quiet">${source}</span></th><td>${whole(steps)}</td><td>${percent(row.improvementOfB)}</td><td>${percent(row.improvementOfBeta)}</td><td>${acceleration === null ? number(null) : times(acceleration)}</td></tr>
`;
}
