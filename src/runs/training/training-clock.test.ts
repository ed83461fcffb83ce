import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import { linesOf } from "../../testing/without-digest.js";
import type { RunConfig } from "../log/run.js";
import { createRun, openRun } from "../log/run-directory.js";
import { readTimings, TrainingClock } from "./training-clock.js";
import { readCosts } from "./training-curve.js";
import type { TrainingRun } from "./training-kind.js";

let folder = "";
let runs = 0;
let run: TrainingRun;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "clock-"));
});
beforeEach(() => {
  run = createRun(join(folder, `run-${runs++}`), tinyPerceptronConfig() as unknown as RunConfig, "training");
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = () => run.path("timings.jsonl");
const timings = () => [...readTimings(run)].sort(([step], [other]) => step - other);
/** A clock that goes on after this many steps. */
const resumedAt = (step: number) => {
  run.writeState(step);
  run = openRun(run.directory, "training");
  return new TrainingClock(run, 1000);
};

test("seconds add up from those before the first step, and each note is a line", () => {
  expect(timings()).toEqual([]);
  const clock = new TrainingClock(run, 0.5);
  clock.note(0);
  clock.add(1);
  clock.add(0.2501);
  clock.note(2);
  expect(timings()).toEqual([
    [0, 0.5],
    [2, 1.75],
  ]);
  expect(linesOf(file())).toEqual([
    { step: 0, seconds: 0.5 },
    { step: 2, seconds: 1.75 },
  ]);
});

test("a training that goes on counts from its newest checkpoint, and not again what was before its first step", () => {
  const clock = new TrainingClock(run, 0.5);
  clock.note(0);
  clock.add(2);
  clock.note(3);
  clock.add(4);
  clock.note(5);
  const resumed = resumedAt(3);
  resumed.add(1);
  resumed.note(5);
  // Of the lines of step 5, which was computed again, the last counts.
  expect(timings()).toEqual([
    [0, 0.5],
    [3, 2.5],
    [5, 3.5],
  ]);
});

test("a training that was killed before its first checkpoint begins anew", () => {
  const clock = new TrainingClock(run, 0.5);
  clock.note(0);
  clock.add(2);
  clock.note(1);
  const again = new TrainingClock(run, 0.25);
  again.note(0);
  expect(timings()).toEqual([
    [0, 0.25],
    [1, 2.5],
  ]);
});

test.each(["{", '{"step":5,"sec', '{"step":5,"seconds":3.5}'])(
  "a last line of which only %s was written is no line, and takes no other with it",
  (torn) => {
    const clock = new TrainingClock(run, 0);
    clock.add(2);
    clock.note(3);
    appendFileSync(file(), torn);
    const resumed = resumedAt(3);
    resumed.add(1);
    resumed.note(4);
    resumed.add(1);
    resumed.note(5);
    expect(timings()).toEqual([
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
  },
);

test("it cannot go on from a step that has no line", () => {
  const clock = new TrainingClock(run, 0);
  clock.note(3);
  expect(refusalOf(() => resumedAt(4))).toBe("timings.jsonl of the run has no line of step 4; restore it");
  rmSync(file());
  expect(refusalOf(() => resumedAt(3))).toBe("timings.jsonl of the run has no line of step 3; restore it");
});

test("costs are the evaluations with the seconds until then, unknown where timings are lost", () => {
  const evaluation = { tokens: 8, work: 4, validationLoss: 1, testLoss: 2, learningRate: 0 };
  for (const step of [0, 2]) run.appendMetrics({ step, ...evaluation });
  writeFileSync(file(), '{"step":0,"seconds":0.5}\n{"step":1,"seconds":1}\n');
  run.writeState(2);
  expect(readCosts(run)).toEqual([
    { step: 0, tokens: 8, work: 4, seconds: 0.5, testLoss: 2 },
    { step: 2, tokens: 8, work: 4, seconds: Number.NaN, testLoss: 2 },
  ]);
});
