import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createRandom } from "../base/random.js";
import type { Config } from "../runs/config/config.js";
import { resolveConfig } from "../runs/config/resolve-config.js";

/** `--set` before every setting. */
export function sets(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ["--set", setting]);
}

/**
 * Settings of a search over a perceptron that takes milliseconds. By schedule: with so few desired examples a search that
 * converges overfits them, and what is tested of runs, reports and commands should have something to show.
 */
export const tinyPerceptronSettings = [
  "model.dimension=4",
  "data.examples=16",
  "data.desiredExamples=8",
  "learning.steps=20",
  "search.epochs=4",
  "search.epsilon=0.5",
  "search.keepEvery=1",
  "search.step=scheduled",
  "search.block=1",
];

export function tinyPerceptronConfig(...changes: string[]): Config {
  return resolveConfig("perceptron", [...tinyPerceptronSettings, ...changes]);
}

/** Settings of a search over a transformer that takes less than a second, on the corpus of `writeCorpus`. */
export function tinyTransformerSettings(corpus: string): string[] {
  return [
    ...["model.layers=1", "model.width=8", "model.heads=2", "model.feedForward=16"],
    ...[`data.train=${corpus}`, "data.perturbed=0.5", "data.vocabulary=50", "data.length=8"],
    ...["data.examples=12", "data.desiredExamples=6", "learning.steps=6", "search.epochs=2"],
  ];
}

export function tinyTransformerConfig(corpus: string, ...changes: string[]): Config {
  return resolveConfig("quickstart", [...tinyTransformerSettings(corpus), ...changes]);
}

const WORDS = "the a cat dog bird sun moon tree sees likes finds hides and under over big small red".split(" ");

/** Documents of random words, separated by blank lines. */
export function writeCorpus(path: string, documents = 60): string {
  const random = createRandom(1, "corpus");
  const sentence = () => Array.from({ length: 12 }, () => WORDS[random.integer(WORDS.length)]).join(" ");
  writeFileSync(path, Array.from({ length: documents }, sentence).join("\n\n"));
  return path;
}

/** The bytes of every file below a directory, by name; of a run, all but the timings, which differ each time. */
export function contents(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  const files = names.filter((name) => basename(name) !== "timings.jsonl" && statSync(join(root, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(root, name), "latin1")]));
}

/** The epochs whose policies a run directory holds. */
export function keptEpochs(run: string): number[] {
  return Object.keys(contents(join(run, "policies")))
    .sort()
    .map((name) => Number(/^epoch-(\d{4})\.safetensors$/.exec(name)?.[1]));
}
