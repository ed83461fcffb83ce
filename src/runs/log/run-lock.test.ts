import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { command, type Running, sets, start } from "../../testing/command.js";
import { tinyPerceptronSettings, tinyTransformerSettings, writeCorpus } from "../../testing/runs.js";

// `npm run soak` has many more.
const ROUNDS = 2;
const training = [...tinyTransformerSettings("corpus.txt"), "training.steps=40", "training.checkpointEvery=5"];
const search = [...tinyPerceptronSettings, "search.epochs=30"];

let folder = "";
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "run-lock-"));
  writeCorpus(at("corpus.txt"), 400);
  await command(folder, ...trainIn("run"));
  await command(folder, "search", "perceptron", ...sets(tinyPerceptronSettings), "--out", "evaluated");
});
afterAll(() => rmSync(folder, { recursive: true }));

const trainIn = (out: string) => ["train", "quickstart", ...sets(training), "--threads", "1", "--out", out];

/** What is computed, in which folder, and what continues it. */
const computations: Record<string, { locked: string; first: string[]; again: string[] }> = {
  train: { locked: "training", first: trainIn("training"), again: [...trainIn("training"), "--resume"] },
  search: ((words: string[]) => ({ locked: "searched", first: words, again: [...words, "--resume"] }))([
    "search",
    "perceptron",
    ...sets(search),
    "--out",
    "searched",
  ]),
  select: ((words: string[]) => ({ locked: "s.jsonl.partial", first: words, again: [...words, "--resume"] }))([
    "select",
    "run",
    "--corpus",
    "corpus.txt",
    "--fraction",
    "0.5",
    "--out",
    "s.jsonl",
  ]),
  evaluate: { locked: "evaluated", first: ["evaluate", "evaluated"], again: ["evaluate", "evaluated"] },
};

/** Whether a folder holds a run or a selection that has begun. */
const isBegun = (locked: string) =>
  ["versions.json", "begun.json"].some((name) => existsSync(at(`${locked}/${name}`))) &&
  !existsSync(at(`${locked}/.creating`));

/** Stops a process, as it is, where it has locked a folder and begun there. */
async function stopWhereLocked(running: Running, locked: string): Promise<void> {
  // What a killed process left would be taken for its own.
  rmSync(at(`${locked}/.lock`), { force: true });
  while (!(existsSync(at(`${locked}/.lock`)) && isBegun(locked)) && running.process.exitCode === null) await wait(1);
  // The file is there a moment before it is locked.
  await wait(5);
  running.process.kill("SIGSTOP");
  expect(running.process.exitCode, "it computes still").toBe(null);
}

test.each(Object.entries(computations))(
  "while one process computes, %s is refused in one sentence to others; killed, it leaves no lock",
  async (_, { locked, first, again }) => {
    for (let round = 0; round < ROUNDS; round++) {
      const running = start(folder, ...(isBegun(locked) ? again : first));
      await stopWhereLocked(running, locked);
      const { code, stderr } = await command(folder, ...again);
      expect([code, stderr]).toEqual([
        2,
        `learning-law: another process is computing in ${locked}; wait until it has ended, or end it\n`,
      ]);
      running.process.kill("SIGKILL");
      await running.finished;
      expect(existsSync(at(`${locked}/.lock`))).toBe(true);
    }
    const { code, stderr } = await command(folder, ...again);
    expect([code, stderr.includes("another process")]).toEqual([0, false]);
    expect(existsSync(at(`${locked}/.lock`))).toBe(false);
  },
  120_000,
);

test("of processes that begin at once, one computes, and it ends as if it had been alone", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const out = `raced-${round}`;
    const running = start(folder, ...trainIn(out));
    await stopWhereLocked(running, out);
    running.process.kill("SIGKILL");
    await running.finished;
    const words = [...trainIn(out), "--resume"];
    const ends = await Promise.all([1, 2, 3].map(() => start(folder, ...words).finished));
    expect(ends.map(({ code }) => code)).toContain(0);
    for (const { code, stderr } of ends.filter(({ code }) => code !== 0)) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^learning-law: another process is computing in raced-\d+;.*\n$/);
    }
    for (const name of ["curve.jsonl", "checkpoints/step-000040.safetensors", "checkpoints/step-000005.safetensors"])
      expect(readFileSync(at(`${out}/${name}`)).equals(readFileSync(at(`run/${name}`))), name).toBe(true);
  }
}, 120_000);
