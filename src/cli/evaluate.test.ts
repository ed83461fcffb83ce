import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runSearch } from "../runs/search/search-run.js";
import { command, start } from "../testing/command.js";
import { tinyPerceptronConfig } from "../testing/runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "evaluate-"));
  await runSearch(tinyPerceptronConfig(), join(folder, "run"), { threads: 1 });
  const long = tinyPerceptronConfig("learning.steps=2000", "search.epochs=2", "search.epsilon=0.1");
  await runSearch(long, join(folder, "long"), { threads: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("evaluate says what it found, and --json has every figure", async () => {
  const plain = await command(folder, "evaluate", "run", "--epochs", "0,2,4", "--threads", "1");
  expect(plain.code).toBe(0);
  expect(plain.stderr).toMatch(/^epoch 4 .*compression ratio \d.*acceleration \d.*SIM \d/m);
  expect(plain.stdout).toContain("Evaluate 5 policies that differ, or more");
  expect(plain.stdout).toContain("these are 3");
  const all = await command(folder, "evaluate", "run", "--threads", "1");
  expect(all.stdout).toMatch(/Over 5 policies the rank correlation of SIM with log CR is -?\d\.\d+/);
  expect(plain.stdout).toContain("run/evaluation");
  const json = JSON.parse((await command(folder, "evaluate", "run", "--threads", "1", "--json")).stdout);
  expect(json.epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual([0, 1, 2, 3, 4]);
  expect(json.epochs[4]).toMatchObject({ epoch: 4, nonPositiveShare: expect.any(Number), dropped: expect.any(Array) });
});

test("Ctrl-C ends it with what to do, and finished epochs are kept", async () => {
  const running = start(folder, "evaluate", "long", "--threads", "1");
  await running.says("epoch 0");
  running.process.kill("SIGINT");
  const { code, stderr } = await running.finished;
  expect(code).toBe(130);
  expect(stderr).toContain("interrupted; the same command goes on from here");
  expect(existsSync(join(folder, "long/evaluation/epoch-0000/summary.json"))).toBe(true);
  expect(existsSync(join(folder, "long/evaluation/epoch-0002"))).toBe(false);
});
