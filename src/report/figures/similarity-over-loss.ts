import { mean } from "simple-statistics";
import { firstCrossing } from "../../curves/first-crossing.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent } from "../format.js";
import { draw } from "../plot.js";
import type { EvaluatedPolicy, ReportData } from "../report-data.js";
import { policyLines } from "./policy-lines.js";

const about = { slug: "similarity-over-loss", title: "How alike the contributions are while the loss falls" };

/** A line has at most this many points, each a mean of steps: of few in the beginning, when much happens. */
const POINTS = 150;

/** SIM[t] against the test loss under every evaluated policy (Gu et al. 2024, figure 6). */
export function similarityOverLossFigure({ policies, conventional, best }: ReportData): Figure | AbsentFigure {
  const drawn = policies.filter((policy) => defined(policy).length > 1);
  if (drawn.length === 0) return { ...about, absent: "the contributions deviate at fewer than two steps." };
  const found = [
    ...comparedAtEqualLoss(policies, best.epoch),
    `Averaged over the steps, SIM is ${number(conventional.similarity)} under conventional learning and ` +
      `${number(best.similarity)} under the best policy (epoch ${best.epoch}).`,
  ].join(" ");
  const svg = draw(about.title, found, {
    insetBottom: 8,
    x: { label: "test loss, nats (falls to the right)", labelArrow: "none", reverse: true, nice: true },
    y: { label: "SIM", grid: true, nice: true },
    marks: policyLines(drawn, smoothed, { x: "loss", y: "similarity" }),
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        `SIM, the mean of the examples' contributions over their standard deviation, at each stage of learning, under ` +
        `${count(drawn.length, "policy", "policies")}. Each line is one learning process, named by the epoch of the search; grey, ` +
        "violet, magenta and orange are in the order of their compression ratios (CR).",
      theory:
        "The closer a policy is to the optimum, the more alike are the contributions of all examples that have weight: " +
        "lines of a higher compression ratio generally lie higher.",
      found,
    },
  };
}

/** Losses at which two lines are compared, evenly over what both pass. */
const LEVELS = 100;

/** At which share of the losses that both pass the best policy's line lies above that of conventional learning. */
function comparedAtEqualLoss(policies: readonly EvaluatedPolicy[], bestEpoch: number): string[] {
  const lines = [0, bestEpoch].map((wanted) => {
    const policy = policies.find(({ summary }) => summary.epoch === wanted);
    return policy === undefined ? [] : smoothed(policy);
  });
  if (bestEpoch === 0 || lines.some((line) => line.length < 2)) return [];
  const from = Math.min(...lines.map((line) => line[0].loss));
  const to = Math.max(...lines.map((line) => line[line.length - 1].loss));
  if (!(from > to)) return [];
  const levels = Array.from({ length: LEVELS }, (_, i) => from + ((to - from) * (i + 0.5)) / LEVELS);
  const above = levels.filter((loss) => similarityAt(lines[1], loss) > similarityAt(lines[0], loss)).length / LEVELS;
  if (above === 1)
    return ["At every test loss that both pass, SIM is higher under the best policy than under conventional learning."];
  return [
    `Of the test losses that both pass, SIM is higher under the best policy at ${percent(above, 0)}, and lower than under conventional learning at ${percent(1 - above, 0)}.`,
  ];
}

/** SIM where a line first comes down to a loss that it passes, between two of its points. */
function similarityAt(line: readonly Stage[], loss: number): number {
  const { index, share } = firstCrossing(
    line.map((stage) => stage.loss),
    loss,
  )!;
  const [before, after] = [line[index - 1], line[index]];
  return before.similarity + share * (after.similarity - before.similarity);
}

interface Stage {
  readonly loss: number;
  readonly similarity: number;
}

function defined({ steps }: EvaluatedPolicy): Stage[] {
  return steps.flatMap(({ loss, similarity }) => (similarity === null ? [] : [{ loss, similarity }]));
}

function smoothed(policy: EvaluatedPolicy): Stage[] {
  const steps = defined(policy);
  const bounds = new Set(Array.from({ length: POINTS + 1 }, (_, i) => Math.round(steps.length * (i / POINTS) ** 2)));
  return [...bounds].slice(1).map((end, i) => {
    const group = steps.slice([...bounds][i], end);
    return { loss: mean(group.map(({ loss }) => loss)), similarity: mean(group.map(({ similarity }) => similarity)) };
  });
}
