/**
 * Which policy helps on which corpus? Trains under every policy on every corpus with three seeds, and prints the table of
 * docs/RESULTS.md: medians over the seeds, of area and final test loss against conventional learning with the same seed,
 * and of the acceleration in steps, in gradients and in seconds.
 *
 *   node build/docs/experiments/policies.js run FOLDER [PART/PARTS]     trains what is not there yet; parts side by side
 *   node build/docs/experiments/policies.js table FOLDER                prints what is there
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { median } from "simple-statistics";
import { mean } from "../../src/base/floats.js";
import { createRandom } from "../../src/base/random.js";
import { interpolateCurve } from "../../src/curves/interpolate-curve.js";
import { readCorpus } from "../../src/data/readers/corpus.js";
import { writeFileAtomically } from "../../src/files/atomic-file.js";
import { accelerations, type CostAt } from "../../src/measures/cost-to-reach.js";
import { fullBatchTraining } from "../../src/runs/config/full-batch-training.js";
import { resolveConfig } from "../../src/runs/config/resolve-config.js";
import { isRun, openRun } from "../../src/runs/log/run-directory.js";
import { runTraining } from "../../src/runs/training/train-run.js";
import { readCosts } from "../../src/runs/training/training-curve.js";
import { weightings } from "../../src/training/weighting/registry.js";
import { searched } from "../../src/training/weighting/searched.js";

const SEEDS = [1, 2, 3];
const POLICIES = weightings.names.filter((name) => name !== searched.name);
/** AdamW, batches of 64 from N = 4,096, 1,000 steps: the defaults of the section training. */
const MINI_BATCHES = ["training.optimizer=adamw", "data.examples=4096", "data.desiredExamples=256"];

interface Corpus {
  readonly name: string;
  readonly preset: string;
  readonly settings: readonly string[];
  readonly policies: readonly string[];
}

function corpora(folder: string): Corpus[] {
  const text = (name: string, ...settings: string[]) => {
    return { name, preset: "quickstart", settings: [...MINI_BATCHES, ...settings], policies: POLICIES };
  };
  const two = [join(folder, "alice-1.txt"), "tinystories"].join(",");
  const perceptron = (noise: number) => {
    const settings = [`data.labelNoise=${noise}`];
    return { name: `perceptron, noise ${noise}`, preset: "perceptron", settings, policies: POLICIES };
  };
  const law = ["uniform", "law"];
  return [
    ...[0, 0.25, 0.5, 0.75].map((share) => text(`TinyStories, ${100 * share}% perturbed`, `data.perturbed=${share}`)),
    text("two domains", "data.perturbed=0", `data.train=[${two}]`, `data.desired=${join(folder, "alice-2.txt")}`),
    text("duplicates", "data.perturbed=0", `data.train=${join(folder, "duplicates.jsonl")}`),
    ...[0, 0.05, 0.2].map(perceptron),
    { name: "transformer-small, 50% perturbed", preset: "transformer-small", settings: MINI_BATCHES, policies: law },
    { name: "transformer-small, full batch", preset: "transformer-small", settings: [], policies: law },
  ];
}

/** The first third of Alice to learn from, the rest to be wanted; and every story one to eight times. */
async function writeCorpora(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const alice = await readCorpus(["data/alice29.txt"]);
  const paragraphs = (from: number, to: number) =>
    alice
      .slice(Math.floor(from * alice.length), Math.floor(to * alice.length))
      .map((document) => document.text)
      .join("\n\n");
  writeFileAtomically(join(folder, "alice-1.txt"), paragraphs(0, 0.35));
  writeFileAtomically(join(folder, "alice-2.txt"), paragraphs(0.35, 1));
  const random = createRandom(1, "copies");
  const copies = (await readCorpus(["data/tinystories.txt"])).flatMap(({ text }) =>
    Array.from({ length: 1 + random.integer(8) }, () => `${JSON.stringify({ text })}\n`),
  );
  writeFileAtomically(join(folder, "duplicates.jsonl"), copies.join(""));
}

function directoryOf(folder: string, corpus: Corpus, policy: string, seed: number): string {
  return join(folder, corpus.name.replaceAll(/[^a-z0-9.]+/gi, "-"), `${policy}-${seed}`);
}

async function run(folder: string, part: number, parts: number): Promise<void> {
  const all = corpora(join(folder, "corpora")).flatMap((corpus) =>
    SEEDS.flatMap((seed) => corpus.policies.map((policy) => ({ corpus, seed, policy }))),
  );
  for (const { corpus, seed, policy } of all.filter((_, i) => i % parts === part)) {
    const directory = directoryOf(folder, corpus, policy, seed);
    const base = resolveConfig(corpus.preset, [...corpus.settings, `seed=${seed}`]);
    const config = {
      ...base,
      training: { ...(base.training ?? fullBatchTraining(base)), policy: weightings.choose(policy) },
    };
    if (isRun(directory) && openRun(directory, "training").finished === config.training.steps) continue;
    const { finalTestLoss, seconds } = await runTraining(config, directory, { threads: 1, resume: isRun(directory) });
    console.log(`${directory}: final test loss ${finalTestLoss.toFixed(4)}, ${seconds.toFixed(1)} s`);
  }
}

function table(folder: string): void {
  console.log(
    "| corpus | policy | area | final test loss | steps | gradients | seconds |\n|---|---|---|---|---|---|---|",
  );
  for (const corpus of corpora(join(folder, "corpora"))) {
    for (const policy of corpus.policies) {
      const measured = SEEDS.flatMap((seed) => compared(folder, corpus, policy, seed) ?? []);
      if (measured.length === 0) continue;
      const middle = (value: (one: (typeof measured)[number]) => number) => median(measured.map(value));
      const cells = [
        ...[corpus.name, policy],
        `${middle(({ area }) => area).toFixed(4)} (${signed(middle(({ change }) => change))}%)`,
        middle(({ final }) => final).toFixed(4),
        ...(["steps", "work", "seconds"] as const).map((unit) => {
          // What is never reached counts as an acceleration of 0.
          const times = middle(({ faster }) => faster?.[unit] ?? 0);
          return times === 0 ? "not reached" : times.toFixed(2);
        }),
      ];
      console.log(`| ${cells.join(" | ")} |${measured.length < SEEDS.length ? ` ${measured.length} seeds` : ""}`);
    }
  }
}

/** A training beside the conventional one with the same seed; undefined while one of them is not finished. */
function compared(folder: string, corpus: Corpus, policy: string, seed: number) {
  const [costs, conventional] = [policy, "uniform"].map((name) => finished(directoryOf(folder, corpus, name, seed)));
  if (costs === undefined || conventional === undefined) return undefined;
  const [area, before] = [areaOf(costs), areaOf(conventional)];
  const final = costs[costs.length - 1].testLoss;
  return { area, change: 100 * (area / before - 1), final, faster: accelerations(costs, conventional) };
}

function finished(directory: string): CostAt[] | undefined {
  if (!existsSync(directory) || !isRun(directory)) return undefined;
  const run = openRun(directory, "training");
  const { steps } = run.config.training as { steps: number };
  return run.finished === steps ? readCosts(run) : undefined;
}

function areaOf(costs: readonly CostAt[]): number {
  return mean(interpolateCurve(costs.map(({ step, testLoss }) => ({ step, loss: testLoss }))));
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(2)}`;
}

const [what, folder, which = "1/1"] = process.argv.slice(2);
const [part, parts] = which.split("/").map(Number);
if (folder === undefined || !(part >= 1 && part <= parts))
  throw new Error("usage: node build/docs/experiments/policies.js run FOLDER [PART/PARTS] | table FOLDER");
if (what === "table") table(folder);
else {
  if (part === 1 || !existsSync(join(folder, "corpora", "duplicates.jsonl")))
    await writeCorpora(join(folder, "corpora"));
  await run(folder, part - 1, parts);
}
