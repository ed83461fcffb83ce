import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../base/errors.js";
import { asInputError, renameDurably, temporaryName, writeFileAtomically } from "../files/atomic-file.js";
import type { TrainedModel } from "../runs/training/trained-model.js";
import { exportTokenizer } from "./exported-tokenizer.js";
import { onnxLanguageModel } from "./onnx-language-model.js";

/**
 * Writes a trained model as a folder that transformers.js loads: onnx/model.onnx (see `onnxLanguageModel`), tokenizer.json
 * (see `exportTokenizer`) and its configuration files. The folder appears whole or not at all: its files are written in
 * a folder of a temporary name beside it.
 *
 * @returns the names of the files
 * @throws InputError if `out` exists or cannot be written
 */
export function exportModel({ shape, model, theta, tokenizer, step }: TrainedModel, out: string): string[] {
  refuseExisting(out);
  const { json, padding, unknown, separator } = exportTokenizer(tokenizer.toJSON());
  const ids = { bos_token_id: tokenizer.separator, eos_token_id: tokenizer.separator, pad_token_id: tokenizer.padding };
  const files: Record<string, string | Uint8Array> = {
    "onnx/model.onnx": onnxLanguageModel(model, theta, tokenizer.unknown),
    "tokenizer.json": json,
    "tokenizer_config.json": pretty({
      tokenizer_class: "PreTrainedTokenizerFast",
      ...{ bos_token: separator, eos_token: separator, pad_token: padding, unk_token: unknown },
      add_bos_token: true,
      clean_up_tokenization_spaces: false,
    }),
    "config.json": pretty({
      // The architecture is our own; of those that transformers.js knows, it is run as this one is.
      ...{ model_type: "gpt2", architectures: ["GPT2LMHeadModel"], ...ids },
      ...{ vocab_size: shape.vocabulary, ...model.sizes },
      "transformers.js_config": { dtype: "fp32" },
      "learning-law": { step },
    }),
    "generation_config.json": pretty({ ...ids, suppress_tokens: [tokenizer.padding, tokenizer.unknown] }),
  };
  writeFolder(out, files);
  return Object.keys(files);
}

/** @throws InputError if there is something of this name */
export function refuseExisting(out: string): void {
  if (existsSync(out)) throw new InputError(`${out} exists; choose another --out`);
}

function writeFolder(out: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  const folder = resolve(out);
  const partial = temporaryName(folder);
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(partial, name)), { recursive: true });
      writeFileAtomically(join(partial, name), content);
    }
    renameDurably(partial, folder);
  } catch (error) {
    if (existsSync(partial)) rmSync(partial, { recursive: true });
    throw asInputError(error, `cannot write ${out}`);
  }
}

function pretty(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
