import { Command, InvalidArgumentError } from "commander";
import { jsonOption } from "./options.js";

interface Options {
  prompt: string;
  tokens: number;
  temperature: number;
  seed: number;
  json?: boolean;
}

export function generateCommand(): Command {
  return new Command("generate")
    .summary("text from a trained model, to see what it has learned")
    .description(
      "Samples text from the newest checkpoint of a training, finished or not, until the model ends the text or --tokens " +
        "are used up. The model sees the last S tokens, S being data.length of the training. The same seed gives the " +
        "same text.",
    )
    .argument("<run>", "the directory of a training")
    .option("--prompt <text>", "what the text begins with", "")
    .option("--tokens <n>", "the most tokens to sample", wholeNumber(1, 1e9), 100)
    .option("--temperature <x>", "below 1 likely tokens are likelier; 0 takes the likeliest", temperature, 1)
    .option("--seed <n>", "of the sampling", wholeNumber(0, 2 ** 31 - 1), 1)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  learning-law train quickstart --set training.optimizer=adamw --out runs/stories
  learning-law generate runs/stories --prompt "Once upon a time"
  learning-law generate runs/stories --temperature 0.7 --tokens 200 --seed 2`,
    )
    .action(generate);
}

async function generate(directory: string, { json, ...options }: Options): Promise<void> {
  // The engines take longer to load than help or a wrong option should.
  const { openTrainedModel } = await import("../runs/training/trained-model.js");
  const { generateText } = await import("../runs/training/generate-text.js");
  const trained = openTrainedModel(directory);
  const { run, step } = trained;
  const { prompt } = options;
  if (json) {
    console.log(JSON.stringify({ run, step, prompt, ...(await generateText(trained, options)) }));
    return;
  }
  process.stdout.write(prompt);
  await generateText(trained, { ...options, onText: (piece) => process.stdout.write(piece) });
  process.stdout.write("\n");
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return number;
  };
}

function temperature(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0 && number < Infinity))
    throw new InvalidArgumentError("It must be a number from 0.");
  return number;
}
