import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { command, sets } from "../../testing/command.js";
import { tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../../testing/runs.js";

let folder = "";
const at = (...names: string[]) => join(folder, ...names);

// The package as npm leaves it where the native library could not be installed.
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "without-native-"));
  mkdirSync(at("package", "node_modules"), { recursive: true });
  for (const name of ["dist", "package.json"])
    cpSync(join(inject("packageUnderTest"), name), at("package", name), { recursive: true });
  symlinkSync(join(packageRoot, "data"), at("package", "data"));
  for (const name of readdirSync(join(packageRoot, "node_modules")).filter((name) => name !== "onnxruntime-node"))
    symlinkSync(join(packageRoot, "node_modules", name), at("package", "node_modules", name));
  writeCorpus(at("corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function withoutNative(...args: string[]): Promise<{ code: number; stderr: string }> {
  const script = at("package", "dist", "cli", "main.js");
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { cwd: folder }, (_, __, stderr) =>
      resolve({ code: child.exitCode ?? -1, stderr }),
    );
  });
}

test.each([
  ["perceptron", "of float64", tinyPerceptronSettings, [1]],
  ["quickstart", "of float32", tinyTransformerSettings("corpus.txt"), [1, 2]],
])("%s, %s, has the numbers of the native library to rounding, on threads %j", async (preset, _, settings, numbers) => {
  const search = (out: string, threads: number) => {
    return ["search", preset, ...sets(settings), "--threads", `${threads}`, "--out", out];
  };
  expect((await command(folder, ...search(`${preset}-native`, 1))).code).toBe(0);
  const areas = (out: string) => {
    const lines = readFileSync(at(out, "metrics.jsonl"), "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line).testArea as number);
  };
  const expected = areas(`${preset}-native`);
  for (const threads of numbers) {
    const out = `${preset}-${threads}`;
    const { code, stderr } = await withoutNative(...search(out, threads));
    expect([code, stderr.split("install learning-law again with ONNXRUNTIME_NODE_INSTALL=skip").length]).toEqual([
      0, 2,
    ]);
    for (const [i, area] of areas(out).entries()) expect(area).toBeCloseTo(expected[i], 4);
  }
});

test("what is begun natively is not continued in WebAssembly, which rounds otherwise; a GPU is not there", async () => {
  const search = ["search", "perceptron", ...sets(tinyPerceptronSettings), "--out", "native"];
  await command(folder, ...search);
  const { code, stderr } = await withoutNative(...search, "--resume");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /native was begun with onnxruntime-node [\d.]+, and this is onnxruntime-web [\d.]+; continue it there/,
  );
  const gpu = await withoutNative("search", "perceptron", "--device", "webgpu", "--out", "gpu");
  expect([gpu.code, gpu.stderr]).toEqual([
    2,
    expect.stringMatching(/learning-law: device webgpu .*use --device cpu\n$/),
  ]);
});
