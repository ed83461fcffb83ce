import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InputError } from "../../base/errors.js";
import { createRandom } from "../../base/random.js";
import { readOrigins } from "../../export/export-weights.js";
import { tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../../testing/runs.js";
import { loadPolicy } from "../policy-file.js";
import { readBaseline } from "../search/epoch-metrics.js";
import { runSearch } from "../search/search-run.js";
import { loadCheckpoint } from "../training/checkpoint.js";
import { runTraining } from "../training/train-run.js";
import { openTrainedModel } from "../training/trained-model.js";
import { readCosts } from "../training/training-curve.js";
import { readFacts } from "./facts.js";
import { readConfig } from "./read-config.js";
import type { Run } from "./run.js";
import { openRun } from "./run-directory.js";

/** Bytes of each file in which a bit is flipped, in turn. */
const FLIPS = 60;

let folder = "";
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "damaged-run-"));
  writeCorpus(at("corpus.txt"));
  const steps = ["training.steps=4", "training.checkpointEvery=2", "training.batch=4"];
  await runTraining(tinyTransformerConfig(at("corpus.txt"), ...steps), at("training"), { threads: 1 });
  await runSearch(tinyPerceptronConfig("search.epochs=2"), at("search"), { threads: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is used of the origins; a flipped name of a digest stays with them as what it is. */
const originsOf = (run: Pick<Run, "path">) =>
  readOrigins(run.path("examples.jsonl")).map(({ document, window, text, perturbed }) => [
    document,
    window,
    text,
    perturbed,
  ]);

/** All that is read from a run, as text. */
const readers: Record<string, (directory: string) => unknown> = {
  training(directory) {
    const run = openRun(directory, "training");
    const { model, theta, tokenizer } = openTrainedModel(directory);
    const steps = run.checkpointSteps();
    return [
      ...[run.format, run.finished, readConfig(run), run.readMetrics(), readFacts(run), readCosts(run), steps],
      ...[[...theta], tokenizer.toJSON(), originsOf(run)],
      loadCheckpoint(run.checkpointPaths(4), 4, model, false),
    ];
  },
  search(directory) {
    const run = openRun(directory);
    const policies = run.policyEpochs().map((epoch) => loadPolicy(run.policyPath(epoch)));
    const told = [
      run.format,
      run.nextEpoch,
      readConfig(run),
      run.readMetrics(),
      readFacts(run),
      [...readBaseline(run)],
    ];
    return [...told, policies, originsOf(run)];
  },
};

function outcome(kind: string, directory: string): string {
  try {
    return JSON.stringify(readers[kind](directory));
  } catch (error) {
    if (error instanceof InputError) return `refused: ${error.message}`;
    throw error;
  }
}

test.each(Object.keys(readers))(
  "a flipped bit anywhere in a %s is refused with the name of the file, or changes nothing",
  (kind) => {
    const random = createRandom(1, kind);
    const whole = outcome(kind, at(kind));
    expect(whole).not.toMatch(/^refused/);
    cpSync(at(kind), at("flipped"), { recursive: true });
    const intact = outcome(kind, at("flipped")).replaceAll(at("flipped"), at(kind));
    expect(intact).toBe(whole);
    const files = readdirSync(at(kind), { recursive: true }).map(String);
    let refused = 0;
    for (const name of files.filter((name) => statSync(at(kind, name)).isFile())) {
      const bytes = readFileSync(at(kind, name));
      for (let flip = 0; flip < FLIPS; flip++) {
        const position = random.integer(bytes.length);
        const damaged = Buffer.from(bytes);
        damaged[position] ^= 1 << random.integer(8);
        writeFileSync(at("flipped", name), damaged);
        const found = outcome(kind, at("flipped")).replaceAll(at("flipped"), at(kind));
        if (found === whole) continue;
        const told = found.slice(0, 300);
        expect(told, `byte ${position} of ${name}`).toMatch(/^refused: /);
        expect(told, `byte ${position} of ${name}`).toContain(basename(name));
        refused += 1;
      }
      writeFileSync(at("flipped", name), bytes);
    }
    expect(refused).toBeGreaterThan(FLIPS * 5);
    rmSync(at("flipped"), { recursive: true });
  },
);
