import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { refusalOf } from "../../testing/refusal.js";
import { linesOf } from "../../testing/without-digest.js";
import { createRun } from "./run-directory.js";
import { Timings } from "./timings.js";

let folder = "";
let path = "";
let timings: Timings<{ learning: number }>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "timings-"));
  const run = createRun(join(folder, "run"), {});
  path = run.path("timings.jsonl");
  timings = new Timings(run, "epoch", z.object({ learning: z.number() }));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("of a unit that was computed again the last line counts", () => {
  expect([...timings.read()]).toEqual([]);
  timings.note(0, { learning: 1 });
  timings.note(1, { learning: 2 });
  timings.note(1, { learning: 3 });
  expect(linesOf(path)[0]).toEqual({ epoch: 0, seconds: { learning: 1 } });
  expect(timings.of([1, 0])).toEqual([{ learning: 3 }, { learning: 1 }]);
});

test("half a line is none, and takes no other with it once it is cut off", () => {
  timings.note(0, { learning: 1 });
  appendFileSync(path, '{"epoch":1,"seco');
  expect([...timings.read().keys()]).toEqual([0]);
  timings.cutLastLine();
  timings.note(1, { learning: 2 });
  timings.cutLastLine();
  expect([...timings.read()]).toEqual([
    [0, { learning: 1 }],
    [1, { learning: 2 }],
  ]);
});

test("a unit without a line is named, and so is a line that holds something else", () => {
  timings.note(0, { learning: 1 });
  expect(refusalOf(() => timings.of([0, 1]))).toBe("timings.jsonl of the run has no line of epoch 1; restore it");
  writeFileSync(path, '{"epoch":0,"seconds":{"learning":1}}\n{"epoch":1,"seconds":{"leaning":1}}\n');
  expect(refusalOf(() => timings.read())).toBe(`line 2 of ${path} is damaged: it is not what learning-law wrote there`);
});
