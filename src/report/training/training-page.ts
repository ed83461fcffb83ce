import { stringify } from "yaml";
import type { ExampleWeight } from "../../export/export-weights.js";
import { clipped } from "../example-tables.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent, times, whole } from "../format.js";
import { type Html, html } from "../html.js";
import { section } from "../page.js";
import { standalonePage } from "../standalone-page.js";
import { byFile, byPerturbation, summaryOf } from "./kinds-of-example.js";
import type { TrainingReportData } from "./training-data.js";

const SHOWN = 10;

/** The report of a training as one HTML page that needs nothing but itself. */
export function trainingPage(data: TrainingReportData, figures: readonly (Figure | AbsentFigure)[]): string {
  const last = data.costs[data.costs.length - 1];
  return standalonePage(
    `${data.name}: learning-law report`,
    html`<header>
<p class="kicker">learning-law report of a training</p>
<h1>${data.name}</h1>
<p class="lead">After ${count(last.step, "step")} the test loss is ${number(last.testLoss, 4)} nats; it was ${number(data.costs[0].testLoss, 4)} before the first. This is one seed: another would differ by more than the last digits.</p>
${accelerationTable(data)}
</header>
${figures.map(section)}
<section id="kinds">
<h2>Which kinds were believed</h2>
${kindsTable(data)}
</section>
<section id="examples">
<h2>Which texts were believed</h2>
<p>The mean weight of an example over the steps in which it was drawn: 1 is ordinary, 0 is left out. The belief, where the policy keeps one, is that at the end.</p>
${examples(data)}
</section>
<details>
<summary>Configuration</summary>
<pre>${stringify(data.config, { aliasDuplicateObjects: false })}</pre>
</details>`,
  );
}

function accelerationTable({ comparisons, others }: TrainingReportData): Html {
  if (others.length === 0)
    return html`<p class="quiet">Name other trainings after this one to compare it; the first is the baseline.</p>`;
  const cell = (value: number | undefined) => html`<td>${value === undefined ? number(null) : times(value)}</td>`;
  return html`<p>How many times sooner the final test loss of ${others[0].name} is reached (below 1: later):</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Training</th><th scope="col">Steps</th><th scope="col">Tokens</th><th scope="col">Gradients</th><th scope="col">Seconds</th></tr></thead>
<tbody>${comparisons.map(
    ({
      name,
      comparison: { accelerations: them },
    }) => html`<tr class="measured"><th scope="row">${name}</th>${[them?.steps, them?.tokens, them?.work, them?.seconds].map(cell)}</tr>
`,
  )}</tbody>
</table></div>`;
}

function kindsTable({ weights }: TrainingReportData): Html {
  const files = byFile(weights);
  const kinds = [...byPerturbation(weights), ...(files.length > 1 ? files : [])];
  const believes = kinds.some(({ belief }) => belief !== undefined);
  return html`<p>The weights of the examples that were drawn, relative to uniform, by what is known of them.${believes ? " The belief at the end is from 0 to 1." : ""}</p>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Examples</th><th scope="col">Number</th><th scope="col">Mean weight</th><th scope="col">Median</th><th scope="col">Below uniform</th><th scope="col">Without weight</th>${believes ? html`<th scope="col">Belief at the end</th>` : []}</tr></thead>
<tbody>${kinds.map((kind) => {
    const { mean, median, belowUniform, zero } = summaryOf(kind);
    return html`<tr><th scope="row">${kind.name}</th><td>${whole(kind.weights.length)}</td><td>${number(mean)}</td><td>${number(median)}</td><td>${percent(belowUniform)}</td><td>${percent(zero)}</td>${believes ? html`<td>${number(kind.belief ?? null)}</td>` : []}</tr>
`;
  })}</tbody>
</table></div>`;
}

function examples({ weights }: TrainingReportData): Html {
  const drawn = weights.filter(({ weight }) => weight !== null);
  const believes = drawn.some(({ belief }) => belief !== undefined);
  const sorted = drawn.toSorted((a, b) => b.weight! - a.weight! || a.example - b.example);
  const table = (title: string, rows: readonly ExampleWeight[]) => html`<h3>${title}</h3>
<div class="scroll" tabindex="0"><table class="examples">
<thead><tr><th scope="col">Weight</th>${believes ? html`<th scope="col">Belief</th>` : []}<th scope="col">Text</th><th scope="col">Perturbed</th></tr></thead>
<tbody>${rows.map(
    ({
      weight,
      belief,
      text,
      perturbed,
    }) => html`<tr><td>${number(weight)}</td>${believes ? html`<td>${number(belief ?? null)}</td>` : []}<td class="text" dir="auto">${clipped(text)}</td><td>${perturbed ? "yes" : "no"}</td></tr>
`,
  )}</tbody>
</table></div>`;
  if (drawn.every(({ weight }) => weight === drawn[0].weight))
    return html`<p>All ${count(drawn.length, "example")} that were drawn had the same weight: the policy believed none more than another.</p>`;
  const half = Math.min(SHOWN, Math.floor(sorted.length / 2));
  return html`<p class="quiet">${whole(drawn.length)} of ${count(weights.length, "example")} were drawn.</p>
${table(`The ${half} most believed`, sorted.slice(0, half))}
${table(`The ${half} least believed`, sorted.slice(sorted.length - half).reverse())}`;
}
