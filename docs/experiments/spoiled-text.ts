/**
 * Do the columns of `weights` tell clean text from spoiled text, however it is spoiled? Trains once under law on a corpus
 * half of whose stories are spoiled by other means than `data.perturbed`, and prints the table of docs/RESULTS.md: for each
 * column the area under the ROC curve, the chance that a clean window ranks above a spoiled one.
 *
 *   node build/docs/experiments/spoiled-text.js FOLDER
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.js";
import { readCorpus } from "../../src/data/readers/corpus.js";
import { writeRunWeights } from "../../src/export/weights-table.js";
import { writeFileAtomically } from "../../src/files/atomic-file.js";
import { toJsonLines } from "../../src/files/json-lines.js";
import { resolveConfig } from "../../src/runs/config/resolve-config.js";
import { isRun } from "../../src/runs/log/run-directory.js";
import { runTraining } from "../../src/runs/training/train-run.js";
import { SPOILS } from "./spoils.js";

const CLEAN = "clean";

/** A third of the stories to be wanted; of the rest every other one spoiled, by each means in turn. */
async function writeCorpora(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const stories = (await readCorpus(["data/tinystories.txt"])).map(({ text }) => text);
  const words = [...new Set(stories.join(" ").match(/[a-z]+/gi))];
  const random = createRandom(1, "spoiled text");
  const kinds = Object.keys(SPOILS);
  const rows = stories.flatMap((text, i) => {
    if (i % 3 === 0) return [];
    const kind = i % 3 === 1 ? CLEAN : kinds[Math.floor(i / 3) % kinds.length];
    return [{ id: `story-${i}`, kind, text: kind === CLEAN ? text : SPOILS[kind](text, random, words) }];
  });
  writeFileAtomically(join(folder, "corpus.jsonl"), toJsonLines(rows));
  const wanted = stories.filter((_, i) => i % 3 === 0).map((text) => ({ text }));
  writeFileAtomically(join(folder, "wanted.jsonl"), toJsonLines(wanted));
}

async function train(folder: string): Promise<string> {
  const run = join(folder, "run");
  const config = resolveConfig("quickstart", [
    ...["training.optimizer=adamw", "training.policy=law", "data.examples=4096", "data.desiredExamples=256"],
    ...[
      "data.perturbed=0",
      `data.train=${join(folder, "corpus.jsonl")}`,
      `data.desired=${join(folder, "wanted.jsonl")}`,
    ],
  ]);
  await runTraining(config, run, { resume: isRun(run) });
  return run;
}

/** The chance that a clean one ranks above a spoiled one, ties counting half: the area under the ROC curve. */
function rankingArea(clean: readonly number[], spoiled: readonly number[]): number {
  const values = [...clean, ...spoiled].sort((a, b) => a - b);
  const ranks = new Map<number, number>();
  for (let i = 0; i < values.length; ) {
    const next = i + values.slice(i).lastIndexOf(values[i]) + 1;
    ranks.set(values[i], (i + 1 + next) / 2);
    i = next;
  }
  const sum = clean.reduce((total, value) => total + ranks.get(value)!, 0);
  return (sum - (clean.length * (clean.length + 1)) / 2) / (clean.length * spoiled.length);
}

const COLUMNS = ["weight", "belief", "score", "loss", "lossDrop"] as const;
type Row = { readonly kind: string; readonly windows?: number } & Readonly<
  Record<(typeof COLUMNS)[number], number | null>
>;

async function print(folder: string, run: string, per: "window" | "document", checkpoints?: number): Promise<void> {
  const out = join(folder, `${per}-${checkpoints ?? "all"}.jsonl`);
  rmSync(out, { force: true });
  await writeRunWeights(run, { out, per, checkpoints, carry: { columns: ["kind"] } });
  const rows: Row[] = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const kinds = [CLEAN, ...Object.keys(SPOILS)].map((kind) => rows.filter((row) => row.kind === kind));
  const header = [per, "all spoiled", ...Object.keys(SPOILS)];
  console.log(`${kinds.map(({ length }) => length)} rows, scores of ${checkpoints ?? "all"} checkpoints`);
  console.log(`| ${header.join(" | ")} |\n|${"---|".repeat(header.length)}`);
  for (const column of COLUMNS) {
    // What was never drawn is an ordinary example, a document's weight a sum; clean text has the smaller loss.
    const toRank = (row: Row) => {
      if (column === "weight") return row.weight === null ? 1 : row.weight / (row.windows ?? 1);
      return column === "loss" ? -row.loss! : row[column]!;
    };
    const [clean, ...spoiled] = kinds.map((some) => some.map(toRank));
    const areas = [spoiled.flat(), ...spoiled].map((one) => rankingArea(clean, one).toFixed(3));
    console.log(`| ${[column, ...areas].join(" | ")} |`);
  }
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node build/docs/experiments/spoiled-text.js FOLDER");
await writeCorpora(folder);
const run = await train(folder);
for (const per of ["window", "document"] as const)
  for (const checkpoints of [undefined, 1]) await print(folder, run, per, checkpoints);
