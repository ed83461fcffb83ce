import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readSafetensors } from "../files/safetensors.js";
import { sets, start } from "../testing/command.js";
import { tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

/** A GPU in software, SwiftShader. It lies in Debian's package chromium, and so does the Vulkan loader that finds it. */
const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
const why = existsSync(swiftShader) ? "" : ` (skipped: there is no ${swiftShader}; install chromium)`;

/** Measured: 1.5e-8 of a policy's weights, 3e-8 of parameters. Sums are taken in another order. */
const TOLERANCE = 1e-6;

describe.skipIf(why !== "")(`--device webgpu gives the CPU's numbers${why}`, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "webgpu-"));
    vi.stubEnv("VK_ICD_FILENAMES", swiftShader);
    vi.stubEnv("LD_LIBRARY_PATH", dirname(swiftShader));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  /** Runs a command on both devices; returns the tensors of a file of each run. */
  function onBothDevices(file: string, ...args: string[]) {
    return Promise.all(
      ["cpu", "webgpu"].map(async (device) => {
        const run = `${args[0]}-${device}`;
        const { code, stderr } = await start(folder, ...args, "--device", device, "--out", run).finished;
        expect(code, stderr).toBe(0);
        return readSafetensors(join(folder, run, file)).tensors;
      }),
    );
  }

  test("in a search of five steps", async () => {
    const settings = sets([...tinyPerceptronSettings, "learning.steps=5", "search.epochs=3", "search.epsilon=3"]);
    const file = join("policies", "epoch-0003.safetensors");
    const [cpu, gpu] = await onBothDevices(file, "search", "perceptron", ...settings);
    expectClose(gpu.policy.data, cpu.policy.data);
    const isZero = ({ data }: typeof cpu.policy) => Array.from(data as Float32Array, (weight) => weight === 0);
    expect(isZero(gpu.policy)).toEqual(isZero(cpu.policy));
    expect(isZero(cpu.policy).filter(Boolean).length).toBeGreaterThan(5);
  });

  test("in three steps of a transformer's training", async () => {
    const corpus = writeCorpus(join(folder, "corpus.txt"));
    const sizes = ["data.examples=8", "data.desiredExamples=4", "training.steps=3", "training.batch=4"];
    const settings = sets([...tinyTransformerSettings(corpus), ...sizes]);
    const file = join("checkpoints", "step-000003.safetensors");
    const [cpu, gpu] = await onBothDevices(file, "train", "quickstart", ...settings);
    expect(Object.keys(gpu)).toEqual(Object.keys(cpu));
    for (const name of Object.keys(cpu)) expectClose(gpu[name].data, cpu[name].data);
  });
});

function expectClose(actual: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>): void {
  expect(actual.length).toBe(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(Number(actual[i]) - Number(value)));
  expect(Math.max(...differences)).toBeLessThan(TOLERANCE);
}
