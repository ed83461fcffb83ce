import { join } from "node:path";
import type { Claim } from "../claims/claim.js";
import { byArea, type Experiment } from "../experiment.js";
import type { Plan } from "../plans/plan.js";
import { type Results, readResults, resultOf } from "./results.js";
import { countsText, doubtText, expectedText, measuredText, originText } from "./wording.js";

/** The newest results of every experiment that has any, from a folder that has them as NAME.json. */
export function readAllResults(folder: string, experiments: readonly Experiment[]): Map<string, Results> {
  const all = experiments.map(({ name }) => [name, readResults(join(folder, `${name}.json`), name)] as const);
  return new Map(all.flatMap(([name, results]) => (results === undefined ? [] : [[name, results] as const])));
}

/** docs/EXPERIMENTS.md: every experiment with its claims, and what was last measured of them. */
export function experimentsDocument(experiments: readonly Experiment[], all: ReadonlyMap<string, Results>): string {
  const areas = byArea(experiments);
  const sections = areas.flatMap(({ area, experiments }) => [
    `## ${area[0].toUpperCase()}${area.slice(1)}`,
    ...experiments.flatMap((experiment) => sectionOf(experiment, all.get(experiment.name))),
  ]);
  const overview = areas.flatMap(({ area, experiments }) =>
    experiments.map(({ name, minutes, claims }) => {
      const verdicts = claims.map((claim) => resultOf(claim, all.get(name))?.verdict);
      return [`[${name}](#${name})`, area, String(minutes), countsText(verdicts)];
    }),
  );
  return `${[HEAD, table(["experiment", "area", "minutes", "claims"], overview), VERDICTS, ...sections].join("\n\n")}\n`;
}

const HEAD = `# Experiments

Published experiments, each a record in src/experiments that says what is run and what was claimed. This page is made from
these records and from the results in docs/experiments/results by \`npm run docs:experiments\`; do not edit it.

    learning-law reproduce               # lists them, with what they cost
    learning-law reproduce perceptron    # runs one, goes on where it was after Ctrl-C

A run writes results.json and a page into its folder. To have its figures here, copy results.json to
docs/experiments/results/NAME.json, then \`npm run format\` and \`npm run docs:experiments\`.`;

const VERDICTS = `Minutes are on two cores. A verdict follows from the figures, what was published and the tolerance, which the
record fixes before anything is run; it holds for these runs at their size. Over several seeds the median decides, and
beside it stands Student's t interval at 95%, of the mean that all seeds would have (of how many times sooner on logarithms, so
of the geometric mean). \`learning-law reproduce NAME --seeds 5\` runs other seeds than the record's.
src/experiments/claims/verdict.ts says it exactly.

- **reproduced**: as published, within the tolerance.
- **not reproduced**: misses what was published, and does not contradict it.
- **refuted**: every run goes the other way by more than the tolerance.
- **not measured**: a run has no such figure, for the reason that is given.
- not yet measured: there is no figure, or none that was held against this expectation with this tolerance.`;

function sectionOf(experiment: Experiment, results: Results | undefined): string[] {
  const { name, paper, about, plans, claims } = experiment;
  const { authors, year, title, where } = paper;
  const rows = claims.map((claim) => claimRow(claim, results));
  return [
    `### ${name}`,
    `${about} (${authors} ${year}: *${title}*, ${where}.)`,
    table(["claim", "published", "measured", "verdict"], rows),
    ...(results === undefined ? [] : [`Figures ${originText(results.origin)}.`]),
    `Runs:`,
    table(["run", "what", "preset", "settings"], plans.map(planRow)),
    ...drawing(experiment),
  ];
}

/** How the figures of a run are made, where there are any. */
function drawing({ name, plans }: Experiment): string[] {
  const drawn = plans.find(({ report }) => report !== undefined);
  if (drawn === undefined) return [];
  return [
    `Its figures, once it was run: \`learning-law report runs/reproduce-${name}/${drawn.name} --figures figures\`.`,
  ];
}

function claimRow(claim: Claim, results: Results | undefined): string[] {
  const { says, source, unit, published, tolerance } = claim;
  const result = resultOf(claim, results);
  return [
    says,
    `${expectedText(published, tolerance, unit)} (${source})`,
    result === undefined ? "" : measuredText(result, unit),
    result === undefined ? "not yet measured" : `**${result.verdict}**${doubtText(result)}`,
  ];
}

function planRow({ name, kind, preset, settings }: Plan): string[] {
  return [name, kind, preset, settings.map((setting) => `\`${setting}\``).join(" ")];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
