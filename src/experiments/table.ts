import { type ComparisonRow, publishedTable } from "../report/comparison-table.js";
import { whole } from "../report/format.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { Claim, Figure, Unit } from "./claims/claim.js";
import { equals, exact, increases, relative } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import { best, improvement, optimalLearning } from "./optimal-learning.js";
import { search } from "./plans/search.js";

/** Steps and training examples, which grow with them; the step of the search is of the size of a weight, 1/N. */
const SIZES = [
  { steps: 50, examples: 128 },
  { steps: 100, examples: 256 },
  { steps: 200, examples: 512 },
  { steps: 400, examples: 1024 },
];

const searches = SIZES.map(({ steps, examples }) =>
  search(`steps-${steps}`, "transformer-small", [
    ...[`learning.steps=${steps}`, `data.examples=${examples}`],
    ...["search.epochs=3", `search.epsilon=${1024 / examples}`],
  ]),
);

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
    measured: (run) => best(run).acceleration ?? 0,
  },
];

/** Every cell of table 2, whose rows have twenty times the steps of ours. */
const cells = publishedTable.flatMap((row, i) =>
  columns.map(({ name, says, unit, from, published, measured }): Claim => {
    const { steps, examples } = SIZES[i];
    return {
      name: `${name}-${steps}`,
      says: `At T = ${steps}, N = ${whole(examples)} (published at T = ${whole(row.steps)}) ${says}.`,
      source: "table 2",
      unit,
      published: equals(published(row)!, { from }),
      tolerance: relative(0.1),
      measured: (runs) => [measured(runs(searches[i]))],
    };
  }),
);

/** The scaling law at four numbers of steps, transformer-small otherwise. Its 150 minutes were measured on one core. */
export const table: Experiment = {
  name: "table",
  area: "optimal learning",
  paper: optimalLearning,
  about: "Does the scaling law improve at every number of steps, and does the acceleration grow with it?",
  minutes: 150,
  plans: searches,
  claims: [
    ...cells,
    {
      name: "acceleration-grows",
      says: "The more steps, the larger the acceleration.",
      source: "table 2",
      unit: "times",
      published: increases,
      tolerance: exact,
      measured: (runs) => [searches.map((search) => best(runs(search)).acceleration ?? 0)],
    },
  ],
};
