import { join, relative } from "node:path";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { Html, html } from "../../report/html.js";
import { standalonePage } from "../../report/standalone-page.js";
import type { Experiment, Paper } from "../experiment.js";
import type { Plan } from "../plans/plan.js";
import { claimFigure } from "./claim-figure.js";
import { type ClaimResult, type Results, resultOf } from "./results.js";
import { countsText, expectedText, measuredText, originText, verdictText } from "./wording.js";

/** The reports of the plans that have one. */
type Reports = ReadonlyMap<Plan, string>;

/**
 * Writes what was measured of an experiment beside what was published, as one HTML page in its folder that needs nothing
 * else and leads to the reports of its runs. The same results give the same bytes.
 *
 * @returns the page's path
 * @throws InputError if it cannot be written
 */
export function writeExperimentPage(
  experiment: Experiment,
  results: Results,
  folder: string,
  reports: Reports,
): string {
  const path = join(folder, "experiment.html");
  writeFileAtomically(path, experimentPage(experiment, results, folder, reports));
  return path;
}

function experimentPage(experiment: Experiment, results: Results, folder: string, reports: Reports): string {
  const { name, area, about, paper, plans } = experiment;
  const claims = experiment.claims.map((claim) => ({ ...claim, result: resultOf(claim, results)! }));
  const verdicts = claims.map(({ result }) => result.verdict);
  const reproduced = verdicts.filter((verdict) => verdict === "reproduced").length;
  const main = html`<header>
<p class="kicker">learning-law experiment, ${area}</p>
<h1>${name}</h1>
<p class="lead">${about}</p>
<p>${citation(paper)}</p>
<p class="big"><b>${reproduced} of ${claims.length}</b> claims reproduced</p>
<p>${sentence(countsText(verdicts))} A verdict follows from the figures, what was published and a tolerance that was fixed
before, and holds for these runs at their size: <i>not reproduced</i> says that the figures miss what was published,
<i>refuted</i> that all of them go the other way by more than the tolerance.</p>
</header>
<section id="claims">
<h2>Measured beside published</h2>
<p>In the pictures a dot is a run, led to from where its series began; a thin line is their median, the band is where it must
lie, and a dashed line is the value without the effect. An interval of several seeds is Student's t at 95%, of the mean that all
seeds would have; of how many times sooner it is taken on logarithms, and is of the geometric mean.</p>
<div class="scroll" tabindex="0"><table style="min-width: 40rem">
<thead><tr><th scope="col">Claim</th><th scope="col">Measured</th><th scope="col">Published</th><th scope="col">Verdict</th></tr></thead>
<tbody>${claims.map(row)}</tbody>
</table></div>
</section>
${claims.map(section)}
<section id="runs">
<h2>What was run</h2>
<div class="scroll" tabindex="0"><table style="min-width: 40rem">
<thead><tr><th scope="col">Run</th><th scope="col">What</th><th scope="col">Preset</th><th scope="col">Settings</th></tr></thead>
<tbody>${plans.map((plan) => runRow(plan, folder, reports.get(plan)))}</tbody>
</table></div>
</section>
<section id="origin">
<p class="quiet">${sentence(originText(results.origin))}</p>
</section>`;
  return standalonePage(`${name}: learning-law experiment`, main);
}

type JudgedClaim = Experiment["claims"][number] & { readonly result: ClaimResult };

function row({ says, source, unit, published, tolerance, result }: JudgedClaim): Html {
  return html`<tr><th scope="row">${says} <span class="quiet">${source}</span></th><td>${measuredText(result, unit)}</td><td>${expectedText(published, tolerance, unit)}</td><td><b>${verdictText(result)}</b></td></tr>
`;
}

function section({ name, says, source, unit, published, tolerance, result }: JudgedClaim): Html {
  const svg = claimFigure(result, unit);
  return html`<section id="${name}">
<h2>${says}</h2>
<figure>
<div class="scroll" tabindex="0">${svg === undefined ? html`<p>No picture: not every run has a figure.</p>` : new Html(svg)}</div>
<figcaption>
<p class="found"><b>${sentence(verdictText(result))}</b></p>
<p><b>Measured.</b> ${measuredText(result, unit)}</p>
<p><b>Published.</b> ${expectedText(published, tolerance, unit)} <span class="quiet">(${source})</span></p>
</figcaption>
</figure>
</section>
`;
}

function runRow({ name, kind, preset, settings }: Plan, folder: string, report: string | undefined): Html {
  const link = report === undefined ? name : html`<a href="${address(folder, report)}">${name}</a>`;
  return html`<tr><th scope="row">${link}</th><td>${kind}</td><td>${preset}</td><td>${settings.join(", ")}</td></tr>
`;
}

/** Where a file is, seen from the page. */
function address(folder: string, path: string): string {
  return relative(folder, path).split(/[\\/]/).map(encodeURIComponent).join("/");
}

function citation({ authors, year, title, where }: Paper): string {
  return `${authors} ${year}: ${title}, ${where}`;
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
