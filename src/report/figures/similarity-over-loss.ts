import { mean } from "simple-statistics";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number } from "../format.js";
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
  const found =
    `Averaged over the steps, SIM goes from ${number(conventional.similarity)} under conventional learning to ` +
    `${number(best.similarity)} under the best policy (epoch ${best.epoch}).`;
  const svg = draw(about.title, found, {
    x: { label: "test loss, nats (falls to the right)", reverse: true, nice: true },
    y: { label: "SIM", grid: true, nice: true },
    marks: policyLines(drawn, smoothed, { x: "loss", y: "similarity" }),
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        `SIM, the mean of the examples' contributions over their standard deviation, at each stage of learning, under ` +
        `${count(drawn.length, "policy", "policies")}. Each line is one learning process; the more orange, the higher ` +
        "its compression ratio (CR).",
      theory:
        "The closer a policy is to the optimum, the more alike are the contributions of all examples that have weight: " +
        "lines of a higher compression ratio generally lie higher.",
      found,
    },
  };
}

function defined({ steps }: EvaluatedPolicy): { loss: number; similarity: number }[] {
  return steps.flatMap(({ loss, similarity }) => (similarity === null ? [] : [{ loss, similarity }]));
}

function smoothed(policy: EvaluatedPolicy): { loss: number; similarity: number }[] {
  const steps = defined(policy);
  const bounds = new Set(Array.from({ length: POINTS + 1 }, (_, i) => Math.round(steps.length * (i / POINTS) ** 2)));
  return [...bounds].slice(1).map((end, i) => {
    const group = steps.slice([...bounds][i], end);
    return { loss: mean(group.map(({ loss }) => loss)), similarity: mean(group.map(({ similarity }) => similarity)) };
  });
}
