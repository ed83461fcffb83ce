import { InvalidArgumentError } from "commander";
import { command } from "./command.js";
import { checkpoint, wholeNumber } from "./options.js";

export const generate = command({
  name: "generate",
  summary: "text from a trained model, to see what it has learned",
  description:
    "Samples text from a checkpoint of a training, finished or not, the newest by default, until the model ends the text or --tokens " +
    "are used up. The model sees the last S tokens, S being data.length of the training. The same seed gives the " +
    "same text.",
  arguments: [{ name: "<run>", about: "the directory of a training" }],
  options: {
    checkpoint,
    prompt: { value: "<text>", about: "what the text begins with", default: "" },
    tokens: { value: "<n>", about: "the most tokens to sample", parse: wholeNumber(1, 1e9), default: 100 },
    temperature: {
      value: "<x>",
      about: "below 1 likely tokens are likelier; 0 takes the likeliest",
      parse: temperature,
      default: 1,
    },
    seed: { value: "<n>", about: "of the sampling", parse: wholeNumber(0, 2 ** 31 - 1), default: 1 },
  },
  help: `Examples:
  learning-law train quickstart --set training.optimizer=adamw --out runs/stories
  learning-law generate runs/stories --prompt "Once upon a time"
  learning-law generate runs/stories --temperature 0.7 --tokens 200 --seed 2`,

  async run({ tell, write }, [directory], options) {
    const { openTrainedModel } = await import("../runs/training/trained-model.js");
    const { generateText } = await import("../runs/training/generate-text.js");
    const trained = openTrainedModel(directory, options.checkpoint);
    const { run, step } = trained;
    const { prompt } = options;
    if (options.checkpoint !== "newest") tell(`the model after step ${step}`);
    write(prompt);
    const generated = await generateText(trained, { ...options, onText: write });
    write("\n");
    return { run, step, prompt, ...generated };
  },

  // It was written while it was sampled.
  lines: () => [],
});

function temperature(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number < Infinity))
    throw new InvalidArgumentError("It must be a number from 0.");
  return number;
}
