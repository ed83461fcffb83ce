import { readFileSync } from "node:fs";
import { join } from "node:path";
import { linearRegression } from "simple-statistics";
import { packageRoot } from "../files/package-root.js";
import { LEARNER_SCHEDULES } from "../learned-compression/learner-settings.js";
import { equals, relative } from "./claims/expectation.js";
import type { Experiment } from "./experiment.js";
import { optimalLearning } from "./optimal-learning.js";
import { type Measured, type MeasurementContext, measurement } from "./plans/measurement.js";
import type { Plan, Runs } from "./plans/plan.js";

const WIDTHS = [16, 32, 64, 128];
/** Bytes of the stories: 782 steps of learning. */
const BYTES = 200_000;
/** A file of that length was to differ by less. */
const WITHIN = 0.005;

/** An archive of the stories by one learner: bits of its file, and the area under the training loss that it had, in bits. */
function archive(width: number, schedule: string): Plan<Measured> {
  const settings = [
    ...[`model.width=${width}`, "training.optimizer=adamw", "training.learningRate=0.006"],
    `training.schedule=${schedule}`,
  ];
  return measurement(`width-${width}-${schedule}`, "quickstart", settings, compressed);
}

async function compressed({ config, onProgress, signal }: MeasurementContext): Promise<Measured> {
  const { compressByLearning, defaultLearner } = await import("../learned-compression/index.js");
  const { schedule, learningRate } = config.training!;
  const content = readFileSync(join(packageRoot, "data", "tinystories.txt")).subarray(0, BYTES);
  const settings = {
    ...defaultLearner,
    ...{ width: Number(config.model.width), layers: Number(config.model.layers), learningRate },
    schedule: LEARNER_SCHEDULES.find((name) => name === schedule.name)!,
  };
  const { file, descriptionBits } = await compressByLearning(content, settings, {
    ...{ signal, onProgress: ({ done }) => onProgress?.(done / content.length, "compressing") },
  });
  return { areaBits: descriptionBits, fileBits: 8 * file.length };
}

const archives = WIDTHS.flatMap((width) => LEARNER_SCHEDULES.map((schedule) => archive(width, schedule)));

/** Area and length of every archive. */
const points = (runs: Runs) =>
  archives.map((plan) => {
    const { areaBits, fileBits } = runs(plan) as { areaBits: number; fileBits: number };
    return [areaBits, fileBits];
  });

/** Training as compression: the area under the loss is the length of the file. */
export const trainingCompresses: Experiment = {
  name: "training-compresses",
  area: "compression",
  paper: optimalLearning,
  about: "Is the area under the training loss the length of the file that the training compresses its text to?",
  minutes: 10,
  plans: archives,
  claims: [
    {
      name: "bytes-of-area",
      says: "Of every learner the file is as long as the area under its training loss says: their ratio is 1.",
      source: "theorem A.1",
      unit: "number",
      published: equals(1),
      tolerance: relative(WITHIN),
      measured: (runs) => points(runs).map(([area, file]) => file / area),
    },
    {
      name: "one-line",
      says: "Models of four sizes under three schedules lie on one line of slope 1, lengths of files over areas.",
      source: "theorem A.1",
      unit: "number",
      published: equals(1),
      tolerance: relative(WITHIN),
      measured: (runs) => [linearRegression(points(runs)).m],
    },
  ],
};
