import { type ComparisonRow, publishedTable } from "../report/comparison-table.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import type { EpochEvaluation } from "../runs/evaluation/evaluation.js";

/** A search that a reproduction runs: a preset with settings. */
export interface PlannedSearch {
  /** The name of its run, below the reproduction's folder. */
  readonly name: string;
  readonly preset: string;
  readonly settings: readonly string[];
}

/** A published claim beside what was measured. */
export interface Claim {
  readonly claim: string;
  readonly measured: string;
  readonly published: string;
}

export interface Reproduction {
  readonly about: string;
  readonly searches: readonly PlannedSearch[];
  /** Measured beside published (Gu et al. 2024), from the evaluations of the searches in their order. */
  readonly claims: (evaluations: readonly EvaluationSummary[]) => readonly Claim[];
}

const SEEDS = [1, 2, 3, 4, 5];
/** Steps and training examples, which grow with them; the step of the search is of the size of a weight, 1/N. */
const TABLE = [
  { steps: 50, examples: 128 },
  { steps: 100, examples: 256 },
  { steps: 200, examples: 512 },
  { steps: 400, examples: 1024 },
];

export const reproductions: Readonly<Record<string, Reproduction>> = {
  perceptron: {
    about: "the perceptron at published size, 5% of its labels flipped, over five seeds; 70 minutes on one core",
    searches: SEEDS.map((seed) => ({
      name: `seed-${seed}`,
      preset: "perceptron",
      settings: ["data.labelNoise=0.05", `seed=${seed}`],
    })),
    claims: (evaluations) => [
      {
        claim: "acceleration at the end",
        measured: each(evaluations, (run) => fixed(bestOf(run).acceleration, 2)),
        published: "5.50",
      },
      {
        claim: "compression ratio",
        measured: each(evaluations, (run) => change(run, (epoch) => fixed(epoch.compressionRatio, 2))),
        published: "rises to the end of the search (figure 4)",
      },
      {
        claim: "rank correlation of SIM with log CR",
        measured: each(evaluations, (run) => fixed(run.similarityCorrelation, 3)),
        published: "SIM grows with CR (figures 6, 7)",
      },
      {
        claim: "zero weights among contributions <= 0",
        measured: each(evaluations, (run) => change(run, (epoch) => percent(epoch.nonPositiveZeroShare))),
        published: "tends to 100% (figure 8)",
      },
      {
        claim: "perfectly learned examples under 0.2 of the uniform weight",
        measured: each(evaluations, (run) => percent(bestOf(run).perfectLowShare)),
        published: "more than 90% (figure 9)",
      },
    ],
  },
  "transformer-small": {
    about: "the transformer's shape for two cores; two hours",
    searches: [{ name: "transformer-small", preset: "transformer-small", settings: [] }],
    claims: ([run]) => [
      {
        claim: "acceleration at the end",
        measured: fixed(bestOf(run).acceleration, 2),
        published: "2.41 (T = 4,000, N = 16,384)",
      },
      { claim: "scaling law, better by", measured: scalingLaw(run), published: "B by 96.6%, beta by 21.2%" },
      {
        claim: "rank correlation of SIM with log CR",
        measured: fixed(run.similarityCorrelation, 3),
        published: "SIM grows with CR (figures 6, 7)",
      },
      {
        claim: "zero weights among contributions <= 0",
        measured: change(run, (epoch) => percent(epoch.nonPositiveZeroShare)),
        published: "tends to 100% (figure 8)",
      },
      {
        claim: "zero weights on perturbed examples",
        measured: percent(bestOf(run).zeroPerturbedShare),
        published: "noisy examples are excluded (section 4.5)",
      },
    ],
  },
  table: {
    about: "the scaling law at four numbers of steps, transformer-small otherwise; two and a half hours on one core",
    searches: TABLE.map(({ steps, examples }) => ({
      name: `steps-${steps}`,
      preset: "transformer-small",
      settings: [
        ...[`learning.steps=${steps}`, `data.examples=${examples}`],
        ...["search.epochs=3", `search.epsilon=${1024 / examples}`],
      ],
    })),
    claims: (evaluations) =>
      evaluations.map((run, i) => ({
        claim: `T = ${TABLE[i].steps}, N = ${TABLE[i].examples}: scaling law better by, acceleration`,
        measured: `${scalingLaw(run)}, acceleration ${fixed(bestOf(run).acceleration, 2)}`,
        published: publishedRow(publishedTable[i]),
      })),
  },
};

function bestOf({ epochs, best }: EvaluationSummary): EpochEvaluation {
  return epochs.find(({ epoch }) => epoch === best)!;
}

/** A figure of the conventional process and of the best policy's. */
function change(run: EvaluationSummary, figure: (epoch: EpochEvaluation) => string): string {
  return `${figure(run.epochs[0])} to ${figure(bestOf(run))}`;
}

function each(evaluations: readonly EvaluationSummary[], figure: (run: EvaluationSummary) => string): string {
  return evaluations.map(figure).join(", ");
}

function scalingLaw({ scaling }: EvaluationSummary): string {
  if (scaling === null) return "-";
  if ("refused" in scaling) return `no law: ${scaling.refused}`;
  if (!scaling.powerLaws) return `hardly power laws (correlation ${scaling.correlation.toFixed(3)})`;
  return `B by ${percent(scaling.improvement.B)}, beta by ${percent(scaling.improvement.beta)}`;
}

function publishedRow({ steps, improvementOfB, improvementOfBeta, acceleration }: ComparisonRow): string {
  return `T = ${steps}: B by ${percent(improvementOfB)}, beta by ${percent(improvementOfBeta)}, acceleration ${fixed(acceleration, 2)}`;
}

function fixed(value: number | null, digits: number): string {
  return value === null ? "-" : value.toFixed(digits);
}

function percent(share: number | null): string {
  return share === null ? "-" : `${(100 * share).toFixed(1)}%`;
}
