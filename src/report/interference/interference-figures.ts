import * as Plot from "@observablehq/plot";
import { largest, smallest } from "../../base/floats.js";
import { breakOf, type Deceleration } from "../../curves/deceleration.js";
import type { CurvePoint } from "../../curves/interpolate-curve.js";
import type { LossChanges } from "../../measures/interference/loss-changes.js";
import type { StepInterference } from "../../measures/interference/measure-interference.js";
import { thinned } from "../curves/deceleration-figures.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { number, whole } from "../format.js";
import { color, ramp } from "../palette.js";
import { draw, label, MARK_LINE } from "../plot.js";
import { breakSentence } from "./break-sentence.js";
import { interferenceTheory, logScale, overSteps } from "./over-steps.js";

/** What was measured of a learning process, with its loss curve. */
export interface MeasuredInterference {
  readonly steps: readonly StepInterference[];
  readonly deceleration: Deceleration;
  readonly curve: readonly CurvePoint[];
}

/** Loss, D and M over the steps, D over M, and opposed gradients over the steps. */
export function interferenceFigures(measured: MeasuredInterference): (Figure | AbsentFigure)[] {
  return [
    lossFigure(measured),
    interferenceFigure(measured),
    magnitudeFigure(measured),
    improvementFigure(measured),
    gradientFigure(measured),
  ];
}

const TEXTS = ["train", "unseen"] as const;
const COLORS = { train: color("best"), unseen: color("perturbed") };
const legends = [
  [
    { name: "training text", color: COLORS.train },
    { name: "unseen text", color: COLORS.unseen },
  ],
];

function lossFigure({ steps, deceleration, curve }: MeasuredInterference) {
  return overSteps({
    ...{ slug: "interference-loss", title: "Loss over the steps", deceleration, legends },
    y: { label: "loss, nats", logarithmic: true },
    lines: TEXTS.map((text) => ({
      stroke: COLORS[text],
      points: steps.map(({ step, loss }) => ({ step, value: loss[text] })),
    })),
    dots: curve.length === 0 ? [] : thinned(curve).map(({ step, loss }) => ({ step, value: loss })),
    caption: {
      shows:
        "The mean loss of the tokens that were measured, both axes logarithmic. Grey dots are the run's test losses, the upright " +
        "line their deceleration t_d.",
      found: breakSentence(deceleration),
    },
  });
}

function interferenceFigure({ steps, deceleration }: MeasuredInterference) {
  return overSteps({
    ...{ slug: "interference", title: "Destructive interference over the steps", deceleration, legends },
    y: { label: "D", logarithmic: false },
    lines: changeLines(steps, ({ interference }) => interference),
    caption: {
      shows: `Destructive interference D = 1 − |Σ Δl| / Σ |Δl| ${SPANS}`,
      found: fromTo(steps, "D", ({ interference }) => interference),
    },
  });
}

function magnitudeFigure({ steps, deceleration }: MeasuredInterference) {
  return overSteps({
    ...{ slug: "magnitude", title: "Magnitude of changes over the steps", deceleration, legends },
    y: { label: "M, nats", logarithmic: true },
    lines: changeLines(steps, ({ magnitude }) => magnitude),
    caption: {
      shows: `The magnitude M = mean |Δl| ${SPANS}`,
      found: fromTo(steps, "M", ({ magnitude }) => magnitude),
    },
  });
}

const SPANS = "of the changes of tokens' losses from t to t + 1 and, dashed, from t to 2t.";

/** On both texts, to the next step and, dashed, to twice the step. */
function changeLines(steps: readonly StepInterference[], of: (changes: LossChanges) => number | null) {
  return (["next", "doubled"] as const).flatMap((span) =>
    TEXTS.map((text) => ({
      ...{ stroke: COLORS[text], dashed: span === "doubled" },
      points: steps.flatMap(({ step, [span]: changes }) => {
        const value = changes === null ? null : of(changes[text]);
        return value === null ? [] : [{ step, value }];
      }),
    })),
  );
}

/** How a measure of the changes of training text to the next step went from the first step to the last, and its largest. */
function fromTo(steps: readonly StepInterference[], name: string, of: (changes: LossChanges) => number | null): string {
  const value = ({ next: { train } }: StepInterference) => of(train) ?? 0;
  const at = (measured: StepInterference) => `${number(value(measured))} at step ${whole(measured.step)}`;
  const most = steps.reduce((found, other) => (value(other) > value(found) ? other : found));
  return `On training text ${name} is ${at(steps[0])} and ${at(steps[steps.length - 1])}, its largest ${at(most)}.`;
}

/** By how many points a line of equal improvement is drawn. */
const DRAWN = 60;

function improvementFigure({ steps, deceleration }: MeasuredInterference): Figure | AbsentFigure {
  const about = { slug: "interference-magnitude", title: "Interference and magnitude" };
  const points = steps.flatMap(({ step, next: { train } }) =>
    train.interference === null ? [] : [{ step, D: train.interference, M: train.magnitude }],
  );
  if (points.length === 0) return { ...about, absent: "no loss changes at the steps that were measured." };
  const magnitudes = points.map(({ M }) => M);
  const [low, high] = [smallest(magnitudes) / 1.5, 1.5 * largest(magnitudes)];
  const powers = [];
  // Less would run together near D = 1.
  for (let power = 10 ** Math.floor(Math.log10(high)); power > low / 10; power /= 10) powers.push(power);
  const alike = powers.flatMap((improvement) => {
    const from = Math.max(low, improvement);
    return Array.from({ length: DRAWN }, (_, i) => {
      const M = from * (high / from) ** (i / (DRAWN - 1));
      return { improvement, M, D: 1 - improvement / M };
    });
  });
  const td = breakOf(deceleration)?.td ?? Number.POSITIVE_INFINITY;
  const found = fromTo(steps, "the improvement M (1 − D)", ({ mean }) => Math.abs(mean));
  return {
    ...about,
    svg: draw(about.title, found, {
      x: { domain: [low, high], label: "M, nats", ...logScale(low, high) },
      y: { domain: [0, 1], label: "D" },
      marks: [
        Plot.line(alike, { x: "M", y: "D", z: "improvement", ...MARK_LINE }),
        Plot.line(points, { x: "M", y: "D", stroke: COLORS.train, strokeOpacity: 0.5 }),
        Plot.dot(points, {
          ...{ x: "M", y: "D", r: 4, stroke: COLORS.train },
          fill: ({ step }) => (step < td ? color("page") : COLORS.train),
        }),
        ...[points[0], points[points.length - 1]].map(({ step, M, D }) =>
          label(whole(step), { x: M, y: D }, { dy: D > 0.9 ? 14 : -14 }),
        ),
      ],
    }),
    caption: {
      shows:
        "Each step by M and D of the changes of training text to the next; the first and the last have their numbers, those after " +
        "the deceleration are filled. Along a dashed line the improvement M (1 − D) is the same, a power of ten of nats.",
      theory: interferenceTheory,
      found,
    },
  };
}

const ALONG = [
  { name: "alongTokens", shown: "along tokens" },
  { name: "alongParameters", shown: "along parameters" },
  { name: "ofTokenSums", shown: "of token sums" },
  { name: "ofParameterSums", shown: "of parameter sums" },
] as const;

function gradientFigure({ steps, deceleration }: MeasuredInterference): Figure | AbsentFigure {
  const about = { slug: "gradient-interference", title: "Opposed gradients over the steps" };
  const measured = steps.flatMap(({ step, gradients }) => (gradients === null ? [] : [{ step, ...gradients }]));
  if (measured.length === 0) return { ...about, absent: "no gradients of tokens were taken." };
  const named = ALONG.map((along, i) => ({ ...along, color: ramp(i / (ALONG.length - 1)) }));
  const entries = named.map(({ shown, color }) => ({ name: shown, color }));
  const at = ({ step, opposition }: (typeof measured)[number]) => `${number(opposition)} at step ${whole(step)}`;
  return overSteps({
    ...{ ...about, deceleration, legends: [entries.slice(0, 2), entries.slice(2)] },
    y: { label: "interference", logarithmic: false },
    lines: named.map(({ name, color }) => ({
      stroke: color,
      points: measured.flatMap(({ step, [name]: value }) => (value === null ? [] : [{ step, value }])),
    })),
    caption: {
      shows:
        "Interference of p = g δ, gradients of single tokens beside the update of the step: along tokens, along parameters, and of " +
        "the sums that are left.",
      found: `The opposition |Σ g| / Σ |g| is ${at(measured[0])} and ${at(measured[measured.length - 1])}; 1 where gradients agree.`,
    },
  });
}
