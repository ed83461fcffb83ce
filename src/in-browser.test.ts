import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compress } from "./compression/compress.js";
import { exportModel } from "./export/export-model.js";
import { packageRoot } from "./files/package-root.js";
import { input } from "./graph/constants.js";
import { compressByLearning } from "./learned-compression/learned-file.js";
import { defaultLearner } from "./learned-compression/learner-settings.js";
import { parameterViews } from "./models/model.js";
import { runTraining } from "./runs/training/train-run.js";
import { openTrainedModel } from "./runs/training/trained-model.js";
import { type BundledPage, openBundle } from "./testing/bundled-page.js";
import { launchChromium, noChromium } from "./testing/chromium.js";
import { compiled } from "./testing/evaluate.js";
import { searchedPolicy, trainedParameters } from "./testing/learning-anywhere.js";
import { tinyTransformerConfig, writeCorpus } from "./testing/runs.js";

describe.skipIf(noChromium !== undefined)(`in a browser${noChromium ?? ""}`, () => {
  let browser: Browser;
  let page: BundledPage;
  beforeAll(async () => {
    browser = await launchChromium({ webgpu: true });
    page = await openBundle(join(packageRoot, "src", "testing", "browser-entry.ts"), browser);
  });
  afterAll(async () => {
    await page?.close();
    await browser?.close();
  });

  test("the bundle imports nothing of Node's", () => {
    // protobufjs looks for a file system, and does without where there is none.
    expect(page.builtins).toEqual([{ name: "fs", importer: expect.stringContaining("/protobufjs/") }]);
    const imports = page.code.flatMap((code) => code.match(/\b(from|import|require)\s*\(?\s*["'`][^"'`]+["'`]/g) ?? []);
    expect(imports.length).toBeGreaterThan(2);
    expect(imports.filter((text) => text.includes("node:"))).toEqual([]);
  });

  test.each([1, 9])(
    "a file that is compressed at level %i has the bytes that it has in Node, and comes back",
    async (level) => {
      const content = readFileSync(join(packageRoot, "data/tinystories.txt")).subarray(0, 2000);
      const pieces = compress([content], { level, length: content.length, verify: false });
      const file: Uint8Array[] = [];
      for await (const piece of pieces) file.push(piece);
      const expected = Array.from(Buffer.concat(file));
      expect(await page.call("compressed", Array.from(content), level)).toEqual(expected);
      expect(await page.call("decompressed", expected)).toEqual(Array.from(content));
    },
  );

  test("a file that a model learned as it read it has the bytes that it has in Node, and comes back", async () => {
    const content = readFileSync(join(packageRoot, "data/tinystories.txt")).subarray(0, 600);
    const { file } = await compressByLearning(content, defaultLearner);
    expect(await page.call("learned", Array.from(content))).toEqual(Array.from(file));
    expect(await page.call("unlearned", Array.from(file))).toEqual(Array.from(content));
  });

  test("a search finds the policy that it finds in Node", async () => {
    const expected = await searchedPolicy();
    const policy: number[] = await page.call("searchedPolicy");
    expectClose(policy, expected, 1e-6);
    const zeros = (weights: number[]) => weights.flatMap((weight, i) => (weight === 0 ? i : []));
    expect(zeros(policy)).toEqual(zeros(expected));
    expect(zeros(expected).length).toBeGreaterThan(5);
  });

  test("three steps of a transformer's training lead where they lead in Node", async () => {
    expectClose(await page.call("trainedParameters"), await trainedParameters(), 1e-6);
  });

  test("programs run on cpu and webgpu, and another device is refused", async () => {
    const product = [7, 10, 15, 22];
    expect(await page.call("square", "cpu")).toEqual(product);
    expect(await page.call("square", "webgpu")).toEqual(product);
    expect(await page.call("square", "cuda")).toBe(
      "InputError: device cuda is not known to this build of ONNX Runtime; use --device cpu",
    );
  });

  test("an exported model gives our logits in ONNX Runtime Web", async () => {
    const corpus = writeCorpus(join(page.folder, "corpus.txt"));
    const run = join(page.folder, "run");
    await runTraining(tinyTransformerConfig(corpus, "training.steps=3", "training.batch=4"), run, { threads: 1 });
    const trained = openTrainedModel(run);
    exportModel(trained, join(page.folder, "exported"));

    const { model, theta } = trained;
    const ids = [2, 7, 3, 11, 5];
    const [rowLength] = model.fields.tokens.shape;
    const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
    const tokens = input("tokens", [1, rowLength], "int64");
    const program = await compiled({ logits: model.predict(parameters, { tokens }, "float32").logits });
    const padded = new BigInt64Array(rowLength);
    padded.set(ids.map(BigInt));
    const { logits } = await program({ ...parameterViews(model, theta), tokens: padded });
    const expected = Array.from(logits.subarray(0, ids.length * model.outcomes), Number);
    expectClose(await page.call("exportedLogits", "/exported/onnx/model.onnx", ids), expected, 1e-5);
  });
});

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)));
  expect(worst).toBeLessThan(tolerance);
}
