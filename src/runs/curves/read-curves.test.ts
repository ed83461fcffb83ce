import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { refusalOf } from "../../testing/refusal.js";
import { tinyPerceptronConfig } from "../../testing/runs.js";
import { openRun } from "../log/run-directory.js";
import { readBaseline } from "../search/epoch-metrics.js";
import { runSearch } from "../search/search-run.js";
import { readCurves } from "./read-curves.js";

const fixture = (name: string) => join(packageRoot, "src/curves/readers/fixtures", name);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "curves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the curve of a search is that of conventional learning", async () => {
  const directory = join(folder, "searched");
  await runSearch(tinyPerceptronConfig(), directory, { threads: 1 });
  const [{ points }] = readCurves([directory], {});
  expect(points.map(({ loss }) => loss)).toEqual([...readBaseline(openRun(directory))]);
  expect(points[0].step).toBe(1);
});

test("event files of a folder are one curve, the later ones of a step counting when sorted", () => {
  const logs = join(folder, "logs");
  mkdirSync(logs);
  copyFileSync(fixture("tfevents.value"), join(logs, "events.out.tfevents.1"));
  copyFileSync(fixture("tfevents.torch"), join(logs, "events.out.tfevents.2"));
  expect(refusalOf(() => readCurves([logs], {}))).toMatch(
    /event \d+ of events\.out\.tfevents\.2 has step 10 after step 200/,
  );
  const [{ points, rates }] = readCurves([logs], { sort: true });
  expect([points.length, rates.length]).toEqual([20, 20]);
});

test("a folder that is neither is refused", () => {
  expect(refusalOf(() => readCurves([folder], {}))).toMatch(
    /is neither a run nor a folder of TensorBoard's event files/,
  );
});
