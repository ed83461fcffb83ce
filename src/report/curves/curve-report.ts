import { join } from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { type Html, html } from "../html.js";
import { section } from "../page.js";
import { writeFigureFiles } from "../paper/write-figures.js";
import { makeFolder } from "../png.js";
import { standalonePage } from "../standalone-page.js";

/** A table of a page: cells as they are shown, the first of a row its name. */
export interface ReportTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was found of curves, as a page has it. */
export interface CurveReport {
  readonly title: string;
  /** What was done, in a few sentences. */
  readonly lead: string;
  readonly figures: readonly (Figure | AbsentFigure)[];
  readonly tables: readonly ReportTable[];
}

/**
 * Writes what was found of curves into a folder: a page that needs nothing but itself, and every figure as SVG, PDF, PNG and
 * its caption. The paths are returned, the page's first.
 *
 * @throws InputError if the folder or a file cannot be written
 */
export async function writeCurveReport(folder: string, report: CurveReport): Promise<string[]> {
  makeFolder(folder, "--out");
  const page = join(folder, "report.html");
  writeFileAtomically(page, curvePage(report));
  return [page, ...(await writeFigureFiles(report.figures, folder))];
}

function curvePage({ title, lead, figures, tables }: CurveReport): string {
  return standalonePage(
    `${title}: learning-law report`,
    html`<header>
<p class="kicker">learning-law report of curves</p>
<h1>${title}</h1>
<p class="lead">${lead}</p>
</header>
${figures.map(section)}
<section id="numbers">
<h2>The numbers</h2>
${tables.map(tableOf)}
</section>`,
  );
}

function tableOf({ header, rows }: ReportTable): Html {
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${header.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody>
</table></div>
`;
}
