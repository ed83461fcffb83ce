import { InvalidArgumentError } from "commander";
import type { StepInterference } from "../measures/interference/measure-interference.js";
import { number, whole } from "../report/format.js";
import { breakSentence } from "../report/interference/break-sentence.js";
import type { InterferenceSummary } from "../runs/interference/measure-run.js";
import { command } from "./command.js";
import { out, tableLines, transient, writtenLine } from "./curve/curve-options.js";
import { fixed } from "./format.js";
import { resources, wholeNumber } from "./options.js";
import { watch, watchRun } from "./watch.js";

export const interference = command({
  name: "interference",
  summary: "how the losses of single tokens fall against each other while a training learns",
  description:
    "Measures zero-sum learning in a training: per-token losses at step t, t + 1 and 2t, on training and on unseen text, with " +
    "their destructive interference D and magnitude M, |mean change| = M (1 - D); and gradients of single tokens beside the " +
    "update. It learns again as the run did, which costs the training once more up to the last step measured. Measurements " +
    "are kept in the run; what was measured before is not measured again.",
  arguments: [{ name: "<run>", about: "the directory of a training, finished or not" }],
  options: {
    steps: { value: "<list>", about: "steps t, such as 10,100,1000 (default: 1,2,3,4,6,8,12,...)", parse: stepNumbers },
    examples: {
      value: "<n>",
      about: "of training and of test text, whose tokens' losses are taken",
      parse: wholeNumber(1),
      default: 256,
    },
    tokens: {
      value: "<n>",
      about: "of the training text, whose gradients are taken; each costs a gradient",
      parse: wholeNumber(0),
      default: 64,
    },
    transient: transient(100),
    out,
    watch,
    ...resources,
  },
  help: `Examples:
  learning-law interference runs/stories
  learning-law interference runs/stories --steps 100,200,400,800 --out figures
  learning-law interference runs/stories --tokens 0 --json          losses alone

Under the policy of a search: train under it first, in batches of all examples, with
--set training.policy=RUN/policies/epoch-0005.safetensors.`,

  async run(context, [directory], { out, watch, ...options }) {
    if (watch) await watchRun(context, directory);
    const howToGoOn = () => "the same command goes on from here";
    const measured = await context.compute(howToGoOn, async (signal, bar) => {
      const { measureRunInterference } = await import("../runs/interference/measure-run.js");
      return measureRunInterference(directory, {
        ...{ ...options, signal },
        ...bar.beginning(),
        onProgress: (step, fraction) => bar.update(fraction, `step ${step}`),
        onMeasured: (measured) => bar.log(stepLine(measured)),
      });
    });
    return { ...measured, written: out === undefined ? [] : await write(out, measured) };
  },

  lines: ({ steps, deceleration, kept, work, written }, { transient }) => [
    "",
    ...tableLines(LOSSES, steps.map(lossesOf)),
    ...(steps.some(({ gradients }) => gradients !== null)
      ? ["", ...tableLines(GRADIENTS, steps.map(gradientsOf))]
      : []),
    "",
    breakSentence(deceleration),
    ...(deceleration.verdict === "too little data" && transient > 0
      ? [`--transient ${transient} leaves out the first of its steps.`]
      : []),
    ...(kept.models === 0 ? [] : [keptLine(kept)]),
    `It cost ${whole(Math.round(work.learning))} gradients of one example to learn again, and ${whole(Math.round(work.measuring))} to measure.`,
    ...writtenLine(written),
  ],

  json: ({ run, steps, deceleration, kept, work, written }) => ({
    ...{ run, steps, deceleration, kept, work },
    ...(written.length === 0 ? {} : { written }),
  }),
});

const LOSSES = ["step", "loss", "D", "M", "unseen", "D", "M", "D to 2t", "M to 2t"];
const GRADIENTS = ["step", "tokens", "parameters", "token sums", "parameter sums", "opposition"];

/** Changes of losses to the next step, and of training text to twice the step. */
function lossesOf({ step, loss, next, doubled }: StepInterference): string[] {
  const of = ({ interference, magnitude }: StepInterference["next"]["train"]) => [
    fixed(interference, 3),
    number(magnitude),
  ];
  return [
    ...[String(step), loss.train.toFixed(3), ...of(next.train), loss.unseen.toFixed(3), ...of(next.unseen)],
    ...(doubled === null ? ["-", "-"] : of(doubled.train)),
  ];
}

/** Interference of p_ij along tokens and parameters and of their sums, and opposition. */
function gradientsOf({ step, gradients }: StepInterference): string[] {
  if (gradients === null) return [String(step), ...GRADIENTS.slice(1).map(() => "-")];
  const { alongTokens, alongParameters, ofTokenSums, ofParameterSums, opposition } = gradients;
  const all = [alongTokens, alongParameters, ofTokenSums, ofParameterSums, opposition];
  return [String(step), ...all.map((value) => fixed(value, 3))];
}

function stepLine({ step, next: { train }, doubled }: StepInterference): string {
  const to = (t: number, { interference, magnitude }: typeof train) =>
    `to ${t}: D ${fixed(interference, 3)} M ${number(magnitude)}`;
  return `step ${String(step).padEnd(6)} ${doubled === null ? to(step + 1, train) : to(2 * step, doubled.train)}`;
}

function keptLine({ models, largestDifference }: InterferenceSummary["kept"]): string {
  const those = models === 1 ? "the one model" : `the ${models} models`;
  return largestDifference === 0
    ? `What was learned again is what the run learned: ${those} kept on the way agree to the last bit.`
    : `What was learned again differs from ${those} kept on the way by up to ${number(largestDifference)} in a parameter.`;
}

async function write(folder: string, measured: InterferenceSummary) {
  const { interferenceFigures } = await import("../report/interference/interference-figures.js");
  const { writeCurveReport } = await import("../report/curves/curve-report.js");
  const { steps } = measured;
  const [withGradients] = steps.filter(({ gradients }) => gradients !== null);
  return writeCurveReport(folder, {
    title: "Interference",
    lead: `Losses of single tokens while ${measured.run} learns, and their gradients beside its updates.`,
    figures: interferenceFigures(measured),
    tables: [
      { header: LOSSES, rows: steps.map(lossesOf) },
      ...(withGradients === undefined ? [] : [{ header: GRADIENTS, rows: steps.map(gradientsOf) }, layerTable(steps)]),
    ],
  });
}

/** Gradient opposition by layer. */
function layerTable(steps: readonly StepInterference[]) {
  const layers = steps.flatMap(({ step, gradients }) => (gradients === null ? [] : [{ step, of: gradients.layers }]));
  return {
    header: ["opposition in", ...layers.map(({ step }) => `step ${step}`)],
    rows: layers[0].of.map(({ name }, i) => [name, ...layers.map(({ of }) => fixed(of[i].opposition, 3))]),
  };
}

function stepNumbers(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text)) throw new InvalidArgumentError("It must be numbers of steps such as 10,100,1000.");
  return text.split(",").map(Number);
}
