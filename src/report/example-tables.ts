import type { EvaluatedExample } from "../runs/evaluation/evaluation.js";
import { count, number, whole } from "./format.js";
import { type Html, html } from "./html.js";
import type { ReportData } from "./report-data.js";

const SHOWN = 10;
/** Longer texts are cut, in characters. */
const LONGEST_TEXT = 300;

/** The training examples with the most and with the least weight under the best policy, with their texts. */
export function exampleTables({ bestExamples, origins, best }: ReportData): Html {
  const sorted = bestExamples.toSorted((a, b) => b.weight - a.weight || a.id - b.id);
  const table = (title: string, examples: readonly EvaluatedExample[]) => html`<h3>${title}</h3>
<div class="scroll" tabindex="0"><table class="examples">
<thead><tr><th scope="col">Weight</th><th scope="col">Text</th><th scope="col">Perturbed</th><th scope="col">Dropped</th></tr></thead>
<tbody>${examples.map((example) => exampleRow(example, origins[example.id].text))}</tbody>
</table></div>`;
  const most = sorted.slice(0, SHOWN);
  // Among many without weight, those that would do the most harm.
  const least = bestExamples.toSorted((a, b) => a.weight - b.weight || a.contribution - b.contribution).slice(0, SHOWN);
  return html`<p>Total weight over all steps under the best policy (epoch ${best.epoch}), relative to uniform: 1 is an ordinary example, 0 is left out.</p>
${table(`The ${most.length} most weighted`, most)}
${table(`The ${least.length} least weighted`, least)}`;
}

function exampleRow({ weight, perturbed, droppedAfter }: EvaluatedExample, text: string): Html {
  return html`<tr><td>${number(weight)}</td><td class="text" dir="auto">${clipped(text)}</td><td>${perturbed ? "yes" : "no"}</td><td>${dropped(droppedAfter)}</td></tr>
`;
}

function dropped(after: number | null): string {
  if (after === null) return "never";
  return after === 0 ? "at once" : `after step ${whole(after)}`;
}

/** A text of which a long one is cut. */
export function clipped(text: string): string {
  const characters = [...text];
  return characters.length > LONGEST_TEXT ? `${characters.slice(0, LONGEST_TEXT).join("")}…` : text;
}

/** How many examples of each kind are dropped, in a table; or that none is. */
export function droppedTable({ best, bestExamples }: ReportData): Html {
  const groups = best.dropped.filter((group) => group.count > 0);
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  if (total === 0) return html`<p>No example is dropped for good: all have weight at the last step.</p>`;
  return html`<p>Of ${count(bestExamples.length, "example")}, ${whole(total)} have no weight from some step to the end. A redundant one would still help then, but others suffice; the rest would not.</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Dropped examples</th><th scope="col">Number</th><th scope="col">After step, median</th></tr></thead>
<tbody>${groups.map(
    ({ perturbed, redundant, count, medianAfter }) =>
      html`<tr><th scope="row">${perturbed ? "perturbed" : "not perturbed"}, ${redundant ? "redundant" : "harmful or useless"}</th><td>${whole(count)}</td><td>${medianAfter === null ? number(null) : whole(medianAfter)}</td></tr>
`,
  )}</tbody>
</table></div>`;
}
