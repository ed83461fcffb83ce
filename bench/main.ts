import { adamwProgramToLoop } from "./adamw-program.js";
import { compressionBench } from "./compression.js";
import { evaluationBench } from "./evaluation.js";
import { frameworkBench } from "./frameworks.js";
import { interferenceBench } from "./interference.js";
import { lawBench } from "./law.js";
import { peakMemoryMiB } from "./memory.js";
import { perceptronBench } from "./perceptron-epoch.js";
import { selectionBench } from "./selection.js";
import { trainingBench } from "./training.js";
import { transformerBench } from "./transformer-passes.js";

const json = process.argv.includes("--json");
const started = performance.now();
const note = (text: string) =>
  console.error(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${text}`);

const bounds: Record<string, string> = {
  gradientEfficiency: "at least 0.60",
  costateToGradient: "at most 2.9 (floor 8/3)",
  trainingEfficiency: "at least 0.65",
  measuringToPlainStep: "at most 1.5",
  halfWeightToPlainStep: "at most 0.6",
  perceptronEpochToMatvec: "at most 3",
  projectionShare: "at most 0.15",
  quasiNewtonShare: "at most 0.25",
  certificateShare: "at most 0.03",
  perceptronEvaluationToLearning: "at most 2.2",
  transformerEvaluationToLearning: "at most 2.2",
  selectionToForward: "at most 2.5",
  lawSecondsSmallest: "at most 1.1",
  lawSecondsSmall: "at most 1.1",
  lawSecondsLarge: "at most 1.1",
};
const [chosen, ...files] = process.argv.slice(2).filter((word) => !word.startsWith("--"));
// What takes many minutes is measured only where it is asked for: compression [FILE ...]
if (chosen === "compression") await measureCompression(files.length === 0 ? ["data/tinystories.txt"] : files);
else await measureLearning();

async function measureCompression(files: readonly string[]): Promise<void> {
  const rows = [];
  for await (const row of compressionBench(files)) {
    const { file, compressor, bytes, bitsPerByte, kilobytesPerSecond } = row;
    const numbers = `${String(bytes).padStart(10)} bytes  ${bitsPerByte.toFixed(3)} bits a byte`;
    (json ? console.error : console.log)(
      `${file.padEnd(20)}${compressor.padEnd(24)}${numbers}${kilobytesPerSecond.toFixed(1).padStart(12)} KB/s`,
    );
    rows.push(row);
  }
  if (json) console.log(JSON.stringify(rows));
}

async function measureLearning(): Promise<void> {
  note("transformer: matrix-product peak, gradient, costate");
  const transformer = await transformerBench();
  note("transformer: steps of training in batches of 64");
  const training = await trainingBench();
  note("training under the law beside plain training, in seconds a gradient");
  const law = await lawBench();
  note("AdamW as a program of the runtime beside its loop");
  const adamwProgram = await adamwProgramToLoop();
  note("perceptron: search epochs and matrix-vector products");
  const perceptron = await perceptronBench();
  note("evaluating a policy beside learning under it");
  const evaluation = await evaluationBench();
  note("selecting from a corpus beside a forward pass over it");
  const selection = await selectionBench();
  note("transformer: interference about one step, in gradients");
  const interference = await interferenceBench();
  note("transformer-small: peak memory of an epoch");
  const memory = peakMemoryMiB();
  note("the same in PyTorch and JAX, where Python has them");
  const frameworks = await frameworkBench();

  const results = {
    ...transformer,
    ...training,
    ...law,
    adamwProgramToLoop: adamwProgram,
    ...perceptron,
    ...evaluation,
    ...selection,
    ...interference,
    peakMemoryMiB: memory,
    ...frameworks,
  };
  const table = Object.entries(results).map(
    ([name, value]) => `${name.padEnd(30)}${value.toPrecision(4).padStart(10)}  ${bounds[name] ?? ""}`,
  );
  for (const line of table) (json ? console.error : console.log)(line.trimEnd());
  if (json) console.log(JSON.stringify(results));
}
