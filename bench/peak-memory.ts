import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/files/package-root.js";
import { sets } from "../src/testing/runs.js";

/** A model of 58,000 parameters, and one of 900,000: 3.5 MiB a state. */
const SMALL = ["data.examples=64", "data.desiredExamples=32"];
const LARGE = [
  ...["model.width=128", "model.feedForward=512", "data.vocabulary=2000"],
  ...["data.examples=32", "data.desiredExamples=16", "data.perturbed=0"],
];
const SEARCH = ["search.epochs=1", "learning.steps=40"];
const TRAINING = ["training.steps=6", "training.warmup=1", "training.batch=32", "training.evaluateEvery=3"];

/** A corpus of 100 MB of text: documents of 150 kB, more than are held. */
const BIG = "big.jsonl";
const BIG_TEXT = [`data.train=${BIG}`, "data.tokenizer=mistral"];

/** What is run, in how much memory: MiB. */
const TABLE: readonly { command: string; model: string; sizes: readonly string[]; memory: readonly number[] }[] = [
  { command: "search", model: "58,000", sizes: [...SMALL, ...SEARCH], memory: [16, 64, 256] },
  { command: "search", model: "58,000, 100 MB", sizes: [...SMALL, ...SEARCH, ...BIG_TEXT], memory: [64] },
  { command: "search", model: "900,000", sizes: [...LARGE, ...SEARCH], memory: [64, 100, 256, 1024] },
  { command: "train", model: "900,000", sizes: [...LARGE, ...TRAINING, "training.policy=law"], memory: [64, 128, 512] },
  { command: "select", model: "900,000", sizes: [], memory: [64, 128, 512] },
];

/** Reports the peak of this process's memory in MiB where PEAK_FILE says. */
const HOOK =
  'import { writeFileSync } from "node:fs"; process.on("exit", () => ' +
  "writeFileSync(process.env.PEAK_FILE + process.pid, String(process.resourceUsage().maxRSS / 1024)));";

const folder = mkdtempSync(join(tmpdir(), "learning-law-"));
const CORPUS = join(packageRoot, "data", "alice29.txt");

/** The peak memory of one command of the command line, in MiB, and what it said where it was refused. */
function measure(args: readonly string[]): { peak: number; refused?: string } {
  const peakFile = join(folder, "peak-");
  const hook = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  const child = spawnSync(process.execPath, ["--import", hook, join(packageRoot, "dist/cli/main.js"), ...args], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, PEAK_FILE: peakFile },
  });
  const peak = Number(readFileSync(peakFile + child.pid, "utf8"));
  return child.status === 0 ? { peak } : { peak, refused: child.stderr.trim().split("\n").at(-1) };
}

function writeBigCorpus(): void {
  const text = readFileSync(CORPUS, "utf8");
  for (let i = 0; i < 660; i++) appendFileSync(join(folder, BIG), `${JSON.stringify({ text: `${i} ${text}` })}\n`);
}

try {
  writeBigCorpus();
  // What `select` selects with, and what the program takes where nothing is large.
  const run = ["train", "quickstart", ...sets([...LARGE, ...TRAINING]), "--out", "run"];
  if (measure(run).refused !== undefined) throw new Error("the training failed");
  const least = measure([
    "search",
    "quickstart",
    ...sets([...SMALL, "search.epochs=1", "learning.steps=1"]),
    "--out",
    "s",
  ]);
  console.log(`a search of one step: ${Math.round(least.peak)} MiB\n`);
  console.log("| command | parameters | --memory | peak |\n|---|---|---|---|");
  let number = 0;
  for (const { command, model, sizes, memory } of TABLE)
    for (const mebibytes of memory) {
      number += 1;
      const what =
        command === "select"
          ? ["run", "--corpus", CORPUS, "--fraction", "0.5", "--out", `selected-${number}.jsonl`]
          : ["quickstart", ...sets(sizes), "--out", `run-${number}`];
      const { peak, refused } = measure([command, ...what, "--memory", `${mebibytes}MiB`]);
      const needs = refused && (/this takes (\S+) of memory/.exec(refused)?.[1] ?? refused);
      const shown = needs === undefined ? `${Math.round(peak)} MiB` : `refused, it takes ${needs}`;
      console.log(`| ${command} | ${model} | ${mebibytes}MiB | ${shown} |`);
    }
} finally {
  rmSync(folder, { recursive: true });
}
