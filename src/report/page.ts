import { stringify } from "yaml";
import { models } from "../models/registry.js";
import { dataSources } from "../runs/problem/registry.js";
import { type ComparisonRow, comparisonTable } from "./comparison-table.js";
import { droppedTable, exampleTables } from "./example-tables.js";
import type { AbsentFigure, Figure } from "./figure.js";
import { count, number, percent, times, whole } from "./format.js";
import { Html, html } from "./html.js";
import type { ReportData } from "./report-data.js";
import { standalonePage } from "./standalone-page.js";

/** The report as one HTML page that needs nothing but itself. */
export function reportPage(
  data: ReportData,
  figures: readonly (Figure | AbsentFigure)[],
  rows: readonly ComparisonRow[],
): string {
  return standalonePage(
    `${data.name}: learning-law report`,
    html`${header(data)}
${figures.map(section)}
<section id="comparison">
<h2>Beside what was published</h2>
<p>How much the best policy improves the coefficients of the scaling law, and the acceleration that was measured.</p>
${comparisonTable(rows)}
</section>
<section id="dropped">
<h2>Examples that are dropped for good</h2>
${droppedTable(data)}
</section>
<section id="examples">
<h2>Which examples to learn from</h2>
${exampleTables(data)}
</section>
<details>
<summary>Configuration and versions</summary>
<pre>${stringify(data.config, { aliasDuplicateObjects: false })}</pre>
<pre>${stringify(data.versions)}</pre>
</details>`,
  );
}

function header(data: ReportData): Html {
  const { best, conventional, name } = data;
  const big = !data.evaluation.baselineFalls
    ? html`<p class="big"><b>no claim</b> of an acceleration: the test loss of conventional learning does not fall to its end</p>`
    : best.acceleration === null
      ? html`<p class="big"><b>not faster</b> the final test loss of conventional learning is never reached</p>`
      : html`<p class="big"><b>${times(best.acceleration)}×</b> sooner at the final test loss of conventional learning (one seed)</p>`;
  return html`<header>
<p class="kicker">learning-law report</p>
<h1>${name}</h1>
<p class="lead">${whatWasRun(data)}</p>
${big}
<dl>
${tile("compression ratio", number(conventional.compressionRatio, 4), number(best.compressionRatio, 4))}
${tile("final test loss, nats", number(conventional.finalTestLoss, 4), number(best.finalTestLoss, 4))}
${tile("similarity of contributions (SIM)", number(conventional.similarity), number(best.similarity))}
${tile("weights that are zero", percent(conventional.zeroShare), percent(best.zeroShare))}
</dl>
</header>`;
}

function tile(name: string, before: string, after: string): Html {
  return html`<div><dt>${name}</dt><dd>${before} <span aria-label="to">→</span> <b>${after}</b></dd></div>
`;
}

/** What was run, in two sentences. */
function whatWasRun({ config, parameters, metrics, best, origins }: ReportData): string {
  const { model, data, learning } = config;
  const kind = models.get(model.kind);
  const what = `A ${kind.inWords(model)} (${count(parameters, "parameter")})`;
  const perturbed = origins.filter((origin) => origin.perturbed).length;
  const noise = perturbed === 0 ? "" : `, ${whole(perturbed)} of them ${dataSources.get(kind.reads).perturbed}`;
  return (
    `${what} learned from ${count(data.examples, "example")}${noise}, in ${count(learning.steps, "step")}. In ` +
    `${count(metrics.length - 1, "epoch")} the search looked for the weight of every example at every step that makes the ` +
    `desired loss fall fastest; epoch ${best.epoch} is its best. What follows was measured on test examples that it has not seen.`
  );
}

/** A figure with its caption, or why there is none, as a section of a page. */
export function section(figure: Figure | AbsentFigure): Html {
  const { slug, title } = figure;
  if ("absent" in figure)
    return html`<section id="${slug}" class="absent">
<p><b>${title}</b>: no figure, because ${figure.absent}</p>
</section>
`;
  const { shows, theory, found, numbers } = figure.caption;
  return html`<section id="${slug}">
<h2>${title}</h2>
<figure>
<div class="scroll" tabindex="0">${new Html(figure.svg)}</div>
<figcaption>
<p class="found">${found}</p>
${numbers === undefined ? [] : html`<p><b>The numbers.</b> ${numbers}</p>`}
<p><b>What it shows.</b> ${shows}</p>
<p><b>What the theory says.</b> ${theory}</p>
</figcaption>
</figure>
</section>
`;
}
