import { whole } from "../report/format.js";
import { command } from "./command.js";
import { checkpoint } from "./options.js";

export const exportModel = command({
  name: "export",
  summary: "a trained model as ONNX, for ONNX Runtime and transformers.js",
  description:
    "Writes the model of a training's checkpoint, the newest by default, as a folder that transformers.js loads: onnx/model.onnx with " +
    "the weights inside, for any batch and any length of text, and tokenizer.json with the ids of the model. The " +
    "model sees the last S tokens, S being data.length of the training.",
  arguments: [{ name: "<run>", about: "the directory of a training, finished or not" }],
  options: { checkpoint, out: { value: "<dir>", about: "a folder that is not there yet", required: true } },
  help: `Example:
  learning-law train quickstart --set training.optimizer=adamw --out runs/stories
  learning-law export runs/stories --out models/stories

and in JavaScript, after npm install @huggingface/transformers:
  import { env, pipeline } from "@huggingface/transformers";
  env.allowRemoteModels = false;
  env.localModelPath = "./models";
  const generate = await pipeline("text-generation", "stories");
  console.log(await generate("Once upon a time", { max_new_tokens: 50, do_sample: true }));

In ONNX Runtime itself the model takes input_ids, int64 [batch, sequence], and past_key_values.0.key, the ids before
them, int64 [batch, 1, past, 1], with past 0 where there are none; logits are float32 [batch, sequence, vocabulary].
Ids of the tokenizer from the vocabulary on are of tokens that the model does not have, and reads as unknown.`,

  async run(_, [run], { out, checkpoint }) {
    const { openTrainedModel } = await import("../runs/training/trained-model.js");
    const { exportModel, refuseExisting } = await import("../export/export-model.js");
    refuseExisting(out);
    const trained = openTrainedModel(run, checkpoint);
    const { step, shape } = trained;
    return { run, step, out, files: exportModel(trained, out), shape };
  },

  lines: ({ out, step, shape: { vocabulary, length }, files }) => [
    `${out}: the model after step ${step}, vocabulary ${whole(vocabulary)}, which sees the last ${length} tokens: ` +
      files.join(", "),
  ],

  json: ({ shape: _, ...written }) => written,
});
