// A little training tells which documents of another corpus help: here, which part of Alice helps to read stories.
//
//   npm run build && node examples/select.mjs "corpus/*.jsonl" data.train=stories.txt data.desired=wanted.txt
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveConfig, runTraining, selectFromRun } from "learning-law/runs";

const [corpus = "data/alice29.txt", ...given] = process.argv.slice(2);
const small = ["data.examples=256", "data.desiredExamples=64", "data.length=16", "model.layers=1"];
const settings = [...small, "training.optimizer=adamw", "training.steps=50", ...given];
const folder = mkdtempSync(join(tmpdir(), "learning-law-"));

const { run, finalTestLoss } = await runTraining(resolveConfig("quickstart", settings), join(folder, "run"));
console.log(`trained to a test loss of ${finalTestLoss.toFixed(2)} nats`);

const out = join(folder, "selected.jsonl");
const selection = await selectFromRun(run, { corpus: [corpus], fraction: 0.05, out });
const documents = readFileSync(out, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
console.log(`${selection.selectedDocuments} documents hold the best twentieth of the tokens: ${out}`);
for (const { text, score } of documents.toSorted((a, b) => b.score - a.score).slice(0, 3))
  console.log(`${score.toFixed(2).padStart(6)}  ${text.replace(/\s+/g, " ").slice(0, 90)}`);
