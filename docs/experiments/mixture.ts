/**
 * Which policy finds the stories among spoiled stories and other text? Makes the mixture of docs/RESULTS.md (680 stories, 170
 * each with their words shuffled within sentences and with a quarter of the letters replaced, 170 lists of random words, 170
 * pieces of documentation), trains on it under each policy with some seeds of corpus and training, and prints how much sooner the
 * final test loss of plain training is reached, and what each policy believes at the end, by kind.
 *
 *   node build/docs/experiments/mixture.js FOLDER SEEDS POLICY..
 *
 * The policy `clean` is plain training on the stories among the documents alone. The documentation is that of the packages that
 * package-lock.json names, in node_modules.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.js";
import { readCorpus } from "../../src/data/readers/corpus.js";
import { writeRunWeights } from "../../src/export/weights-table.js";
import { writeFileAtomically } from "../../src/files/atomic-file.js";
import { toJsonLines } from "../../src/files/json-lines.js";
import { accelerations } from "../../src/measures/cost-to-reach.js";
import { resolveConfig } from "../../src/runs/config/resolve-config.js";
import { isRun, openRun } from "../../src/runs/log/run-directory.js";
import { runTraining } from "../../src/runs/training/train-run.js";
import { readCosts } from "../../src/runs/training/training-curve.js";
import { SPOILS } from "./spoils.js";

const STORIES = 680;
const OF_A_KIND = 170;
const PIECE = 850;
const CLEAN = "clean";
const PLAIN = "uniform";
const KINDS = [CLEAN, ...Object.keys(SPOILS), "documentation"];

/** Pieces of the documentation of the packages that the lock file names, in its order. */
function documentation(): string[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, unknown> };
  return Object.keys(packages).flatMap((path) => {
    const readme = join(path, "README.md");
    if (path === "" || !existsSync(readme)) return [];
    const text = readFileSync(readme, "utf8");
    return Array.from({ length: Math.floor(text.length / PIECE) }, (_, i) => text.slice(i * PIECE, (i + 1) * PIECE));
  });
}

/** A third of the stories is wanted. */
async function writeCorpora(folder: string, seed: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stories = (await readCorpus(["data/tinystories.txt"])).map(({ text }) => text);
  const words = [...new Set(stories.join(" ").match(/[a-z]+/gi))];
  const random = createRandom(seed, "mixture");
  const order = Array.from(random.permutation(stories.length), (i) => stories[i]);
  const next = (count: number) => order.splice(0, count);
  const wanted = next(Math.floor(stories.length / 3));
  const clean = next(STORIES);
  const pieces = documentation();
  const pool = [...clean, ...order];
  const spoiled = Object.entries(SPOILS).flatMap(([kind, spoil]) =>
    Array.from({ length: OF_A_KIND }, () => {
      // Stories that are not among the clean ones, as long as there are.
      const text = next(1)[0] ?? pool[random.integer(pool.length)];
      return { kind, text: spoil(text, random, words) };
    }),
  );
  const documents = [
    ...clean.map((text) => ({ kind: CLEAN, text })),
    ...spoiled,
    ...Array.from(random.permutation(pieces.length).slice(0, OF_A_KIND), (i) => {
      return { kind: "documentation", text: pieces[i] };
    }),
  ];
  const mixed = Array.from(random.permutation(documents.length), (i) => documents[i]);
  writeFileAtomically(join(folder, "mixture.jsonl"), toJsonLines(mixed));
  writeFileAtomically(join(folder, "clean.jsonl"), toJsonLines(mixed.filter(({ kind }) => kind === CLEAN)));
  writeFileAtomically(join(folder, "wanted.jsonl"), toJsonLines(wanted.map((text) => ({ text }))));
}

async function train(folder: string, policy: string, seed: number): Promise<string> {
  const directory = join(folder, policy);
  const oracle = policy === CLEAN;
  const config = resolveConfig("quickstart", [
    ...["training.optimizer=adamw", "training.evaluateEvery=10", `training.policy=${oracle ? PLAIN : policy}`],
    ...[`data.examples=${oracle ? 4096 : 8192}`, "data.desiredExamples=512", "data.perturbed=0", `seed=${seed}`],
    ...[`data.train=${join(folder, oracle ? "clean.jsonl" : "mixture.jsonl")}`],
    `data.desired=${join(folder, "wanted.jsonl")}`,
  ]);
  const { steps } = config.training!;
  if (isRun(directory) && openRun(directory, "training").finished === steps) return directory;
  await runTraining(config, directory, { threads: 1, resume: isRun(directory) });
  return directory;
}

/** The share of the windows of each kind that is believed at 0.5 or more; nothing of kinds without beliefs. */
async function believed(folder: string, run: string): Promise<string[]> {
  const out = join(folder, "weights.jsonl");
  rmSync(out, { force: true });
  await writeRunWeights(run, { out, per: "window", carry: { columns: ["kind"] } });
  const rows = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; belief: number | null });
  return KINDS.map((kind) => {
    const beliefs = rows.flatMap((row) => (row.kind === kind && row.belief !== null ? [row.belief] : []));
    if (beliefs.length === 0) return "";
    return (beliefs.filter((belief) => belief >= 0.5).length / beliefs.length).toFixed(2);
  });
}

const [folder, seeds, ...policies] = process.argv.slice(2);
if (policies.length === 0) throw new Error("usage: node build/docs/experiments/mixture.js FOLDER SEEDS POLICY..");
console.log(`| seed | policy | final test loss | steps | gradients | seconds | ${KINDS.join(" | ")} |`);
console.log(`|${"---|".repeat(6 + KINDS.length)}`);
for (let seed = 1; seed <= Number(seeds); seed++) {
  const place = join(folder, `seed-${seed}`);
  if (!existsSync(join(place, "wanted.jsonl"))) await writeCorpora(place, seed);
  const plain = readCosts(openRun(await train(place, PLAIN, seed), "training"));
  for (const policy of policies) {
    const directory = await train(place, policy, seed);
    const costs = readCosts(openRun(directory, "training"));
    const faster = accelerations(costs, plain);
    const times = (["steps", "work", "seconds"] as const).map((unit) => faster?.[unit]?.toFixed(2) ?? "not reached");
    const final = costs[costs.length - 1].testLoss.toFixed(4);
    const kinds = policy === CLEAN || policy === PLAIN ? KINDS.map(() => "") : await believed(place, directory);
    console.log(`| ${[seed, policy, final, ...times, ...kinds].join(" | ")} |`);
  }
}
