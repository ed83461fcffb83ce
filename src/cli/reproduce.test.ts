import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { experiments } from "../experiments/registry.js";
import { command, start } from "../testing/command.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reproduce-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("without a name it lists the experiments by area, with what they cost and what they ask", async () => {
  const { code, stdout, stderr } = await command(folder, "reproduce");
  expect(code).toBe(0);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^optimal learning:\n {2}perceptron +110 min {2}Does a perceptron .*\?\n/);
  for (const { name, minutes, about } of experiments)
    expect(stdout).toMatch(new RegExp(`^ {2}${name} +${minutes} min {2}${about.replace("?", "\\?")}$`, "m"));
});

test("--json lists them as one object", async () => {
  const { code, stdout } = await command(folder, "reproduce", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).experiments).toEqual(
    experiments.map(({ name, area, paper, about, minutes }) => ({ name, area, paper, about, minutes })),
  );
});

test("an unknown name is refused with the nearest", async () => {
  const { code, stdout, stderr } = await command(folder, "reproduce", "tabel");
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe("learning-law: there is no experiment tabel; the nearest is table\n");
  expect(existsSync(join(folder, "runs"))).toBe(false);
});

test("--seeds runs other seeds than its own, in a folder of its own", async () => {
  const running = start(folder, "reproduce", "transformer-small", "--seeds", "3", "--threads", "1");
  const config = join(folder, "runs/reproduce-transformer-small-3-seeds/seed-1/config.yaml");
  for (let waited = 0; !existsSync(config) && waited < 50_000; waited += 100) await setTimeout(100);
  running.process.kill("SIGINT");
  expect((await running.finished).stderr).toContain("interrupted; the same command goes on from here\n");
  expect(readFileSync(config, "utf8")).toMatch(/^seed: 1$/m);
}, 120_000);

test("killed, and stopped by Ctrl-C, the same command goes on from there", async () => {
  const run = join(folder, "runs/reproduce-perceptron/seed-1");
  const epochs = () => {
    const state = join(run, "state.json");
    return existsSync(state) ? (JSON.parse(readFileSync(state, "utf8")).nextEpoch as number) : 0;
  };
  const metrics = (count: number) => readFileSync(join(run, "metrics.jsonl"), "utf8").split("\n").slice(0, count);
  const begin = async (from: number, signal: NodeJS.Signals) => {
    const running = start(folder, "reproduce", "perceptron", "--threads", "1");
    for (let waited = 0; epochs() <= from && waited < 50_000; waited += 100) await setTimeout(100);
    running.process.kill(signal);
    return running.finished;
  };
  await begin(0, "SIGKILL");
  const killedAt = epochs();
  expect(killedAt).toBeGreaterThan(0);
  const before = metrics(killedAt);

  const { code, stdout, stderr } = await begin(killedAt, "SIGINT");
  expect(code).toBe(130);
  expect(stdout).toBe("");
  expect(stderr).toContain("interrupted; the same command goes on from here\n");
  expect(epochs()).toBeGreaterThan(killedAt);
  expect(metrics(killedAt)).toEqual(before);
}, 120_000);
