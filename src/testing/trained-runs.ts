import { join } from "node:path";
import { command, sets } from "./command.js";
import { tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "./runs.js";

/** Makes two trainings of three steps in a folder: `run`, of a transformer on `corpus.txt`, and `perceptron`. */
export async function trainedRuns(folder: string): Promise<void> {
  writeCorpus(join(folder, "corpus.txt"));
  const train = (preset: string, out: string, settings: readonly string[]) =>
    command(folder, "train", preset, ...sets([...settings, "training.steps=3"]), "--threads", "1", "--out", out);
  await train("quickstart", "run", tinyTransformerSettings("corpus.txt"));
  await train("perceptron", "perceptron", tinyPerceptronSettings);
}
