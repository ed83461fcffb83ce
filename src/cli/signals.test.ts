import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command, type Finished, type Running, sets, start, startWith } from "../testing/command.js";
import { contents, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";
import { trainedRuns } from "../testing/trained-runs.js";

let folder = "";
let temporary = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signals-"));
  temporary = join(folder, "temporary");
  mkdirSync(temporary);
  await trainedRuns(folder);
  // Its tokenizer takes seconds.
  writeCorpus(join(folder, "large.txt"), 100_000);
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const left = () => readdirSync(temporary).filter((name) => name.startsWith("learning-law-"));

/** Resolves when it is so, or the process has ended. */
async function until(running: Running, isSo: () => boolean): Promise<void> {
  let ended = false;
  running.finished.then(() => {
    ended = true;
  });
  while (!ended && !isSo()) await wait(5);
}

/** A process whose tokenizer is learned. */
async function learningTokenizer(...words: string[]): Promise<Running> {
  const settings = [...tinyTransformerSettings("large.txt"), "data.vocabulary=500"];
  const running = startWith({ TMPDIR: temporary }, folder, ...words, ...sets(settings), "--threads", "1");
  await until(running, () => left().some((name) => readdirSync(join(temporary, name)).includes("corpus.txt")));
  return running;
}

/** Sends the signal to the group, as a terminal does; says what it ended with, and after how many seconds. */
async function end(
  { process: child, finished }: Running,
  signal: NodeJS.Signals,
): Promise<Finished & { seconds: number }> {
  const began = performance.now();
  process.kill(-child.pid!, signal);
  const ended = await finished;
  return { ...ended, seconds: (performance.now() - began) / 1000 };
}

/** Perhaps after a line of progress. */
const NOTHING_WRITTEN = /^interrupted; nothing was written\n$/m;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

describe("while the data are prepared", () => {
  test.each(signals)("%s ends a training with one sentence, and nothing is left", async (signal) => {
    const training = await learningTokenizer("train", "quickstart", "--set", "training.steps=50", "--out", "early");
    const { code, stderr } = await end(training, signal);
    expect([code, stderr]).toEqual([130, expect.stringMatching(NOTHING_WRITTEN)]);
    expect([existsSync(at("early")), left()]).toEqual([false, []]);
  });

  test("a search ends so too", async () => {
    const { code, stderr, seconds } = await end(await learningTokenizer("search", "--out", "early"), "SIGTERM");
    expect([code, stderr]).toEqual([130, expect.stringMatching(NOTHING_WRITTEN)]);
    expect(seconds).toBeLessThan(10);
  });

  test("what a killed process left in the temporary directory goes with the next", async () => {
    const training = await learningTokenizer("search", "--out", "killed");
    mkdirSync(join(temporary, "learning-law-mine"));
    await end(training, "SIGKILL");
    expect(left()).toHaveLength(2);
    const next = startWith(
      { TMPDIR: temporary },
      folder,
      "search",
      ...sets(tinyTransformerSettings("corpus.txt")),
      "--out",
      "next",
    );
    expect((await next.finished).code).toBe(0);
    expect(left()).toEqual(["learning-law-mine"]);
  });
});

test("a step that takes minutes tells of its batches, and ends at once", async () => {
  const slow = ["data.length=1000", "data.examples=512", "model.width=32", "model.layers=4"];
  const settings = [...tinyTransformerSettings("large.txt"), "data.tokenizer=mistral", ...slow];
  const searching = start(folder, "search", ...sets(settings), "--threads", "1", "--out", "slow");
  await searching.says("  batch ");
  const { code, stderr, seconds } = await end(searching, "SIGTERM");
  expect([code, stderr]).toEqual([130, expect.stringContaining("interrupted; continue with: ")]);
  expect(seconds).toBeLessThan(10);
});

describe("select", () => {
  const words = ["select", "run", "--corpus", "corpus.txt", "--fraction", "0.3", "--threads", "1"];

  test("ended at any moment says how to go on, or that nothing was written, and that is so", async () => {
    await command(folder, ...words, "--out", "whole.jsonl");
    const wanted = contents(folder)["whole.jsonl"];
    for (const seconds of [0, 0.3]) {
      const selecting = start(folder, ...words, "--out", "ended.jsonl");
      await until(selecting, () => existsSync(at("ended.jsonl.partial")));
      await wait(1000 * seconds);
      const { code, stderr } = await end(selecting, "SIGTERM");
      if (code === 0) expect(contents(folder)["ended.jsonl"]).toBe(wanted);
      else {
        expect(code).toBe(130);
        const begun = existsSync(at("ended.jsonl.partial"));
        expect(stderr).toMatch(
          begun
            ? /(?:^|[\r\n])interrupted; continue with: .* --resume\n$/
            : /(?:^|[\r\n])interrupted; nothing was written\n$/,
        );
        expect((await command(folder, ...words, "--out", "ended.jsonl", ...(begun ? ["--resume"] : []))).code).toBe(0);
        expect(contents(folder)["ended.jsonl"]).toBe(wanted);
      }
      rmSync(at("ended.jsonl"));
    }
  });
});

test.each(["SIGHUP", "SIGTERM"] as const)("evaluate and reproduce end at %s with how to go on", async (signal) => {
  const settings = [...tinyTransformerSettings("corpus.txt"), "learning.steps=300", "search.epochs=1"];
  if (!existsSync(at("searched"))) {
    const searched = await command(folder, "search", ...sets(settings), "--threads", "1", "--out", "searched");
    expect(searched.code).toBe(0);
  }
  const goesOn = { code: 130, stderr: expect.stringMatching(/^interrupted; the same command goes on from here$/m) };
  const evaluating = start(folder, "evaluate", "searched", "--threads", "1");
  await until(evaluating, () => existsSync(at("searched/.lock")));
  expect(await end(evaluating, signal)).toMatchObject(goesOn);
  const reproducing = start(folder, "reproduce", "perceptron", "--out", `reproduced-${signal}`);
  await until(reproducing, () => existsSync(at(`reproduced-${signal}`)));
  expect(await end(reproducing, signal)).toMatchObject(goesOn);
});
