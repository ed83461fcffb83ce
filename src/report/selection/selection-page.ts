import { basename, resolve } from "node:path";
import type { ExampleDocument, Tally } from "../../runs/selection/selection-record.js";
import { clipped } from "../example-tables.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent, whole } from "../format.js";
import { type Html, html } from "../html.js";
import { section } from "../page.js";
import { standalonePage } from "../standalone-page.js";
import { type SelectionReportData, totals } from "./selection-data.js";

/** Of more files the table has those with the most tokens. */
const SHOWN_FILES = 30;

/** The report of a selection as one HTML page that needs nothing but itself. */
export function selectionPage(data: SelectionReportData, figures: readonly (Figure | AbsentFigure)[]): string {
  return standalonePage(
    `${data.name}: learning-law report`,
    html`${header(data)}
${figures.map(section)}
<section id="taken">
<h2>What was taken, file by file</h2>
${talliesTable("File", data.files)}
</section>
${data.kinds.map(
  ({ column, values }, i) => html`<section id="taken-kinds-${i + 1}">
<h2>What was taken, by ${column}</h2>
${talliesTable(column, values)}
</section>
`,
)}<section id="examples">
<h2>What the scores mean</h2>
${exampleTables(data)}
</section>`,
  );
}

function header(data: SelectionReportData): Html {
  const { name, summary } = data;
  const all = totals(data);
  const tile = (what: string, of: number, taken: number) =>
    html`<div><dt>${what}</dt><dd><b>${whole(taken)}</b> of ${whole(of)}</dd></div>
`;
  return html`<header>
<p class="kicker">learning-law report of a selection</p>
<h1>${name}</h1>
<p class="lead">${howItWasScored(data)}</p>
<p class="big"><b>${percent(summary.selectedTokens / summary.tokens)}</b> of the tokens taken, with scores from ${number(summary.threshold)}</p>
<dl>
${tile("documents taken", all.documents, all.selectedDocuments)}
${tile("windows taken", all.windows, all.selectedWindows)}
${tile("tokens taken", all.tokens, all.selectedTokens)}
${tile("with negative scores, of these", all.selectedDocuments, summary.selectedNegative)}
</dl>
</header>`;
}

/** By what the scores are, in a few sentences. */
function howItWasScored({ summary: { run, checkpoints, distilled, leftOut } }: SelectionReportData): string {
  const steps = checkpoints.map(({ step }) => whole(step));
  const worst = Math.max(...checkpoints.map(({ error }) => error));
  const at = `step ${steps.join(", ")} of the training ${basename(resolve(run))}`;
  return (
    (distilled === undefined
      ? `Every document was scored by its contribution to the desired text at ${at}.`
      : `Every document was scored by its words, as far as these tell its contribution to the desired text at ${at}.`) +
    ` Contributions are within ${percent(worst)} of the exact derivative.` +
    (leftOut === 0
      ? ""
      : ` ${count(leftOut, "document")} of the run's validation and test sets ${leftOut === 1 ? "was" : "were"} left out.`)
  );
}

function talliesTable(what: string, tallies: readonly Tally[]): Html {
  const shown = tallies.toSorted((a, b) => b.tokens - a.tokens).slice(0, SHOWN_FILES);
  const more = tallies.length - shown.length;
  const cell = (part: number, all: number) =>
    html`<td>${whole(part)} of ${whole(all)} (${percent(part / Math.max(1, all))})</td>`;
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">${what}</th><th scope="col">Documents taken</th><th scope="col">Windows</th><th scope="col">Tokens</th><th scope="col">Negative scores</th></tr></thead>
<tbody>${shown.map(
    (file) =>
      html`<tr><th scope="row">${file.name}</th>${cell(file.selectedDocuments, file.documents)}${cell(file.selectedWindows, file.windows)}${cell(file.selectedTokens, file.tokens)}${cell(file.negative, file.documents)}</tr>
`,
  )}</tbody>
</table></div>${more === 0 ? [] : html`<p class="quiet">And ${count(more, "smaller file")}.</p>`}`;
}

function exampleTables({ examples: { best, above, below, worst } }: SelectionReportData): Html {
  const table = (title: string, documents: readonly ExampleDocument[]) =>
    documents.length === 0
      ? []
      : html`<h3>${title}</h3>
<div class="scroll" tabindex="0"><table class="examples">
<thead><tr><th scope="col">Score</th><th scope="col">Text</th><th scope="col">Tokens</th><th scope="col">From</th></tr></thead>
<tbody>${documents.map(
          ({ score, text, tokens, file, row }) =>
            html`<tr><td>${number(score)}</td><td class="text" dir="auto">${clipped(text)}</td><td>${whole(tokens)}</td><td>${basename(file)}, row ${row}</td></tr>
`,
        )}</tbody>
</table></div>`;
  return html`<p>A score of 1 is the mean absolute contribution of the run's own training examples. Rows are counted from 0 in their file.</p>
${[
  table("The highest scores", best),
  table("Just above the threshold: the last that were taken", above),
  table("Just below the threshold: the first that were not", below),
  table("The lowest scores", worst),
]}`;
}
