import { stringify } from "yaml";
import { type OverSeeds, type PairedOverSeeds, seedsThatHave } from "../../measures/over-seeds.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { number, percent, times, whole } from "../format.js";
import { type Html, html } from "../html.js";
import { section } from "../page.js";
import { standalonePage } from "../standalone-page.js";
import type { SearchSeedsData, SeedsReportData, TrainSeedsData } from "./seeds-data.js";
import { INTERVALS, reachCell, risingText } from "./seeds-words.js";

/** What is called how on the page. */
const NAMES: Readonly<Record<string, string>> = {
  area: "area on desired examples (J), nats",
  validationArea: "area on validation examples, nats",
  testArea: "area on test examples, nats",
  compressionRatio: "compression ratio",
  finalTestLoss: "final test loss, nats",
  lowestTestLoss: "lowest test loss, nats",
};

/** The report of several seeds as one HTML page that needs nothing but itself. */
export function seedsPage(data: SeedsReportData, figures: readonly (Figure | AbsentFigure)[]): string {
  const seeds = data.runs.map(({ seed }) => seed);
  return standalonePage(
    `${data.name}: learning-law report`,
    html`<header>
<p class="kicker">learning-law report of ${whole(seeds.length)} seeds</p>
<h1>${data.name}</h1>
<p class="lead">${data.command === "search" ? "Searches" : "Trainings"} with the seeds ${seeds[0]} to ${seeds[seeds.length - 1]}, the same otherwise.</p>
${headline(data)}
</header>
<section id="over-seeds">
<h2>Over the seeds</h2>
<p class="quiet">${INTERVALS}</p>
${table(data)}
</section>
${figures.map(section)}
<section id="seeds">
<h2>Seed by seed</h2>
${data.command === "search" ? searchedTable(data) : trainedTable(data)}
</section>
<details>
<summary>Configuration of the first seed</summary>
<pre>${stringify(data.config, { aliasDuplicateObjects: false })}</pre>
</details>`,
  );
}

function headline(data: SeedsReportData): Html {
  const acceleration =
    data.command === "search" ? data.overSeeds.acceleration : data.baseline?.comparison.accelerations.steps;
  if (acceleration === undefined)
    return html`<p class="quiet">Name the folder of other trainings with the same seeds after this one to compare it.</p>`;
  const than = data.command === "search" ? "conventional learning" : (data as TrainSeedsData).baseline!.name;
  const { values, median, interval } = acceleration;
  if (median === null || interval === null)
    return html`<p class="big"><b>${seedsThatHave(acceleration)} of ${values.length}</b> seeds reach the final test loss of ${than}: no interval.${data.command === "search" ? risingText(data.runs) : ""}</p>`;
  return html`<p class="big"><b>${times(median)}×</b> sooner at the final test loss of ${than}, 95% interval ${times(interval[0])} to ${times(interval[1])}</p>`;
}

function table(data: SeedsReportData): Html {
  const paired = data.command === "search" ? pairedOf(data.overSeeds) : pairedOf(data.baseline?.comparison ?? {});
  const row = ([name, quantity]: [string, PairedOverSeeds]) =>
    html`<tr><th scope="row">${NAMES[name]}</th>${[quantity.of, quantity.baseline, quantity.difference, quantity.ratio].map(cell)}</tr>
`;
  if (paired.length > 0)
    return scrolled(html`<thead><tr><th scope="col"></th><th scope="col">${data.command === "search" ? "Best policy" : data.name}</th><th scope="col">${data.command === "search" ? "Conventional" : "Baseline"}</th><th scope="col">Difference</th><th scope="col">Ratio</th></tr></thead>
<tbody>${paired.map(row)}</tbody>`);
  const single = Object.entries(data.overSeeds as TrainSeedsData["overSeeds"]);
  return scrolled(
    html`<tbody>${single.map(
      ([name, quantity]) => html`<tr><th scope="row">${NAMES[name]}</th>${cell(quantity)}</tr>
`,
    )}</tbody>`,
  );
}

function pairedOf(quantities: object): [string, PairedOverSeeds][] {
  return Object.entries(quantities).filter(([name, quantity]) => name in NAMES && "difference" in quantity);
}

function cell(quantity: OverSeeds): Html {
  return html`<td>${reachCell(quantity)}</td>`;
}

function searchedTable({ runs }: SearchSeedsData): Html {
  return scrolled(html`<thead><tr><th scope="col">Seed</th><th scope="col">Acceleration</th><th scope="col">Best epoch</th><th scope="col">Final test loss</th><th scope="col">Conventional</th><th scope="col">Zero weights</th></tr></thead>
<tbody>${runs.map(
    ({ seed, best, baseline }) =>
      html`<tr><th scope="row">${seed}</th><td>${best.acceleration === null ? "none" : times(best.acceleration)}</td><td>${best.epoch}</td><td>${number(best.finalTestLoss, 4)}</td><td>${number(baseline.finalTestLoss, 4)}</td><td>${percent(best.zeroShare)}</td></tr>
`,
  )}</tbody>`);
}

function trainedTable({ runs, overSeeds, baseline }: TrainSeedsData): Html {
  const accelerations = baseline?.comparison.accelerations.steps.values;
  const speed = (i: number) => {
    const value = accelerations?.[i];
    return value === undefined || value === null ? "none" : times(value);
  };
  return scrolled(html`<thead><tr><th scope="col">Seed</th><th scope="col">Final test loss</th><th scope="col">Lowest</th>${accelerations === undefined ? [] : html`<th scope="col">Acceleration in steps</th>`}</tr></thead>
<tbody>${runs.map(
    ({ seed }, i) =>
      html`<tr><th scope="row">${seed}</th><td>${number(overSeeds.finalTestLoss.values[i], 4)}</td><td>${number(overSeeds.lowestTestLoss.values[i], 4)}</td>${accelerations === undefined ? [] : html`<td>${speed(i)}</td>`}</tr>
`,
  )}</tbody>`);
}

function scrolled(rows: Html): Html {
  return html`<div class="scroll" tabindex="0"><table>
${rows}
</table></div>`;
}
