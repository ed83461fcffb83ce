import { type ComparisonRow, publishedTable } from "../report/comparison-table.js";
import { whole } from "../report/format.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import { type Claim, type Figure, seriesOf, type Unit } from "./claims/claim.js";
import { equals, exact, increases, relative } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import { accelerationOf, improvement, optimalLearning, publishedSearch } from "./optimal-learning.js";
import type { Plan } from "./plans/plan.js";
import { search } from "./plans/search.js";

/** Steps and training examples, which grow with them; the step of the search is of the size of a weight, 1/N. */
const SIZES = [
  { steps: 50, examples: 128 },
  { steps: 100, examples: 256 },
  { steps: 200, examples: 512 },
  { steps: 400, examples: 1024 },
];

/** A search at every size; of a seed where it is given. */
const searchesOf = (seed?: number) =>
  SIZES.map(({ steps, examples }) =>
    search(`steps-${steps}${seed === undefined ? "" : `-seed-${seed}`}`, "transformer-small", [
      ...[`learning.steps=${steps}`, `data.examples=${examples}`],
      ...publishedSearch(3, 1024 / examples, 1),
      ...(seed === undefined ? [] : [`seed=${seed}`]),
    ]),
  );
/** Of one seed or several, the searches at every size. */
type Searches = readonly (readonly Plan<EvaluationSummary>[])[];

interface Column {
  readonly name: string;
  readonly says: string;
  readonly unit: Unit;
  /** The value without the effect. */
  readonly from: number;
  readonly published: (row: ComparisonRow) => number | null;
  readonly measured: (run: EvaluationSummary) => Figure;
}

const columns: readonly Column[] = [
  {
    name: "scaling-B",
    says: "B of the scaling law falls by this share",
    ...{ unit: "share", from: 0 },
    published: (row) => row.improvementOfB,
    measured: (run) => improvement(run, "B"),
  },
  {
    name: "scaling-beta",
    says: "beta of the scaling law rises by this share",
    ...{ unit: "share", from: 0 },
    published: (row) => row.improvementOfBeta,
    measured: (run) => improvement(run, "beta"),
  },
  {
    name: "acceleration",
    says: "the final test loss of conventional learning is reached sooner by this factor",
    ...{ unit: "times", from: 1 },
    published: (row) => row.acceleration,
    measured: (run) => accelerationOf(run),
  },
];

/** Every cell of table 2, whose rows have twenty times the steps of ours. */
const cells = (searches: Searches) =>
  publishedTable.flatMap((row, i) =>
    columns.map(({ name, says, unit, from, published, measured }): Claim => {
      const { steps, examples } = SIZES[i];
      return {
        name: `${name}-${steps}`,
        says: `At T = ${steps}, N = ${whole(examples)} (published at T = ${whole(row.steps)}) ${says}.`,
        source: "table 2",
        unit,
        published: equals(published(row)!, { from }),
        tolerance: relative(0.1),
        measured: (runs) => searches.map((ofSeed) => measured(runs(ofSeed[i]))),
      };
    }),
  );

const of = (searches: Searches): Pick<Experiment, "plans" | "claims"> => ({
  plans: searches.flat(),
  claims: [
    ...cells(searches),
    {
      name: "acceleration-grows",
      says: "The more steps, the larger the acceleration.",
      source: "table 2",
      unit: "times",
      published: increases,
      tolerance: exact,
      measured: (runs) => searches.map((ofSeed) => seriesOf(ofSeed.map((search) => accelerationOf(runs(search))))),
    },
  ],
});

/** The scaling law at four numbers of steps, transformer-small otherwise. Its 150 minutes were measured on one core. */
export const table: Experiment = {
  name: "table",
  area: "optimal learning",
  paper: optimalLearning,
  about: "Does the scaling law improve at every number of steps, and does the acceleration grow with it?",
  minutes: 150,
  ...of([searchesOf()]),
  on: (seeds) => of(seeds.map(searchesOf)),
};
