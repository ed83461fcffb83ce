import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { Tokenizer } from "tokenizers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateText } from "../runs/training/generate-text.js";
import { runTraining } from "../runs/training/train-run.js";
import { openTrainedModel, type TrainedModel } from "../runs/training/trained-model.js";
import { refusalOf } from "../testing/refusal.js";
import { contents, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";
import { exportModel } from "./export-model.js";

const folder = mkdtempSync(join(tmpdir(), "export-"));
afterAll(() => rmSync(folder, { recursive: true }));

let trained: TrainedModel;
beforeAll(async () => {
  const corpus = writeCorpus(join(folder, "corpus.txt"));
  const run = join(folder, "run");
  await runTraining(tinyTransformerConfig(corpus, "training.steps=3", "training.batch=4"), run, { threads: 1 });
  trained = openTrainedModel(run);
});

const FILES = ["config.json", "generation_config.json", "onnx/model.onnx", "tokenizer.json", "tokenizer_config.json"];

test("the folder holds what transformers.js loads", () => {
  const out = join(folder, "new", "model");
  expect(exportModel(trained, `${out}/`).sort()).toEqual(FILES);
  const files = contents(out);
  expect(Object.keys(files).sort()).toEqual(FILES);
  expect(existsSync(`${out}.partial`)).toBe(false);
  const ids = { bos_token_id: 2, eos_token_id: 2, pad_token_id: 0 };
  expect(JSON.parse(files["config.json"])).toMatchObject({
    ...ids,
    ...{ model_type: "gpt2", vocab_size: trained.shape.vocabulary, n_positions: 8, n_layer: 1, n_head: 2, n_embd: 8 },
    "transformers.js_config": { dtype: "fp32" },
  });
  expect(JSON.parse(files["generation_config.json"])).toEqual({ ...ids, suppress_tokens: [0, 1] });
  const { tokenToId } = tokenizerOf(out);
  const { pad_token, unk_token, bos_token, eos_token } = JSON.parse(files["tokenizer_config.json"]);
  expect([pad_token, unk_token, bos_token, eos_token].map(tokenToId)).toEqual([0, 1, 2, 2]);
});

test("with its files alone, the likeliest text is the one that the run generates", async () => {
  const out = join(folder, "generating");
  exportModel(trained, out);
  const session = await InferenceSession.create(join(out, "onnx", "model.onnx"), { intraOpNumThreads: 1 });
  const { encode, decode } = tokenizerOf(out);
  const prompt = "the cat sees";
  let fed = await encode(prompt);
  const ids = [...fed];
  let past = new Tensor("int64", new BigInt64Array(0), [1, 1, 0, 1]);
  // As transformers.js does: the prompt first, then one token at a time.
  for (let token = 0; token < 20; token++) {
    const input_ids = new Tensor("int64", BigInt64Array.from(fed, BigInt), [1, fed.length]);
    const results = await session.run({ input_ids, "past_key_values.0.key": past });
    past = results["present.0.key"] as typeof past;
    const last = (results.logits.data as Float32Array).slice(-trained.shape.vocabulary).fill(-Infinity, 0, 2);
    const next = last.indexOf(Math.max(...last));
    if (next === 2) break;
    fed = [next];
    ids.push(next);
  }
  const { text } = await generateText(trained, { prompt, tokens: 20, temperature: 0, seed: 1, threads: 1 });
  expect(await decode(ids)).toBe(prompt + text);
});

test("what an export that was killed left goes with the next one", () => {
  const [out, left] = ["killed", "killed.ffffffabcdef0001.partial"].map((name) => join(folder, name));
  mkdirSync(join(left, "onnx"), { recursive: true });
  exportModel(trained, out);
  expect([existsSync(left), existsSync(out)]).toEqual([false, true]);
});

test("nothing is written over", () => {
  const out = join(folder, "there");
  mkdirSync(out);
  writeFileSync(join(folder, "file"), "mine");
  expect(refusalOf(() => exportModel(trained, out))).toBe(`${out} exists; choose another --out`);
  expect(refusalOf(() => exportModel(trained, join(folder, "file")))).toContain("file exists; choose another --out");
  expect(contents(out)).toEqual({});
  expect(refusalOf(() => exportModel(trained, join(folder, "file", "model")))).toBe(
    `cannot write ${join(folder, "file", "model")}: a part of its path is a file, not a folder`,
  );
  expect(readFileSync(join(folder, "file"), "utf8")).toBe("mine");
});

test("a folder that the user calls partial stays", () => {
  const out = join(folder, "again");
  mkdirSync(`${out}.partial`);
  writeFileSync(join(`${out}.partial`, "mine"), "");
  exportModel(trained, out);
  expect(Object.keys(contents(out)).sort()).toEqual(FILES);
  expect(readdirSync(folder).filter((name) => name.startsWith("again"))).toEqual(["again", "again.partial"]);
  expect(readdirSync(`${out}.partial`)).toEqual(["mine"]);
});

function tokenizerOf(out: string) {
  const tokenizer = Tokenizer.fromFile(join(out, "tokenizer.json"));
  return {
    tokenToId: (token: string) => tokenizer.tokenToId(token),
    encode: async (text: string) => (await tokenizer.encode(text)).getIds(),
    decode: (ids: number[]) => tokenizer.decode(ids, true),
  };
}
