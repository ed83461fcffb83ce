import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sets, start } from "../testing/command.js";
import { tinyTransformerSettings } from "../testing/runs.js";
import { trainedRuns } from "../testing/trained-runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "standard-output-"));
  await trainedRuns(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a line of shell in which $LAW is the command. */
function shell(line: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const LAW = `${process.execPath} ${inject("packageUnderTest")}/dist/cli/main.js`;
  const child = spawn("bash", ["-c", `set -o pipefail; ${line}`], { cwd: folder, env: { ...process.env, LAW } });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
    });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...output })));
}

test("a reader that has seen enough ends the command without a word", async () => {
  const { code, stdout, stderr } = await shell(
    "$LAW generate run --tokens 1000000 --prompt 'the cat sees' | head -c 10",
  );
  expect([code, stdout, stderr]).toEqual([0, "the cat se", ""]);
});

test.skipIf(process.platform !== "linux")("a result that cannot be written is told, and not by code 0", async () => {
  for (const words of ["generate run --json", "presets", "generate run"]) {
    const { code, stderr } = await shell(`$LAW ${words} > /dev/full`);
    expect([code, stderr]).toEqual([
      1,
      "learning-law: the result could not be written to standard output: the disk is full\n",
    ]);
  }
});

test.skipIf(process.platform !== "linux")("a result that cannot be printed is on the disk", async () => {
  const settings = sets([...tinyTransformerSettings("corpus.txt")]).join(" ");
  const lost = async (words: string) => {
    const { code, stderr } = await shell(`$LAW ${words} > /dev/full`);
    expect([code, stderr.match(/^learning-law: .*$/gm)]).toEqual([
      1,
      ["learning-law: the result could not be written to standard output: the disk is full"],
    ]);
  };
  await lost(`train quickstart ${settings} --set training.steps=3 --threads 1 --out lost`);
  expect(existsSync(join(folder, "lost/checkpoints/step-000003.safetensors"))).toBe(true);
  await lost(`search quickstart ${settings} --threads 1 --json --out lost-search`);
  expect(existsSync(join(folder, "lost-search/policies/epoch-0002.safetensors"))).toBe(true);
  await lost("select run --corpus corpus.txt --fraction 0.5 --threads 1 --out lost.jsonl");
  expect(existsSync(join(folder, "lost.jsonl"))).toBe(true);
  await lost("weights lost-search --json --out lost-weights.jsonl");
  expect(existsSync(join(folder, "lost-weights.jsonl"))).toBe(true);
  await lost("train --help");
});

test("help is read as far as one wants", async () => {
  const { code, stderr } = await shell("$LAW train --help | head -n 1");
  expect([code, stderr]).toEqual([0, ""]);
});

test.each(["SIGHUP", "SIGTERM", "SIGINT"] as const)(
  "a training ends at %s with a checkpoint and the way to go on",
  async (signal) => {
    const settings = [...tinyTransformerSettings("corpus.txt"), "training.steps=100000"];
    const out = `ended-${signal}`;
    const running = start(folder, "train", "quickstart", ...sets(settings), "--threads", "1", "--out", out);
    await running.says("run ended");
    running.process.kill(signal);
    const { code, stderr } = await running.finished;
    expect([code, stderr]).toEqual([130, expect.stringContaining("interrupted; continue with: ")]);
    expect(existsSync(join(folder, out, "state.json"))).toBe(true);
  },
);
