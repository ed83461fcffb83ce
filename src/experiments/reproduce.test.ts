import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedInterval } from "../measures/over-seeds.js";
import { refusal } from "../testing/refusal.js";
import { contents } from "../testing/runs.js";
import { searches, smoke } from "../testing/smoke-experiment.js";
import { acceleration, best } from "./optimal-learning.js";
import { perceptron } from "./perceptron.js";
import { type Reproduced, reproduce } from "./reproduce.js";
import { jsonOf, printedLines } from "./results/printing.js";
import { readResults } from "./results/results.js";

let folder = "";
let whole: Reproduced;
const fractions: number[] = [];
const finished: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reproduce-"));
  whole = await reproduce(smoke, join(folder, "whole"), {
    threads: 1,
    onProgress: ({ fraction }) => fractions.push(fraction),
    onRun: ({ name, summary }) => finished.push(`${name} ${summary}`),
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("runs every plan, evaluates and draws, with progress from 0 to 1", () => {
  const names = ["seed-1", "seed-2", "uniform-1", "uniform-2", "greedy-1", "greedy-2", "areas"];
  expect(whole.runs.map(({ name }) => name)).toEqual(names);
  expect(whole.runs.map(({ directory }) => directory)).toEqual(names.map((name) => join(folder, "whole", name)));
  expect(finished[0]).toMatch(/^seed-1 is evaluated: acceleration \d+\.\d\d$/);
  expect(finished[4]).toMatch(/^greedy-1 is trained: final test loss \d\.\d{4}$/);
  expect(finished[6]).toBe("areas is measured: inputs, mean");
  expect(whole.reports).toEqual([1, 2].map((seed) => join(folder, "whole", `seed-${seed}/report.html`)));
  expect(whole.reports.every(existsSync)).toBe(true);
  // The last report has the other run in its table.
  expect(readFileSync(whole.reports[1], "utf8")).toMatch(/<tr class="measured"><th scope="row">seed-1 /);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBeCloseTo(1, 9);
});

test("holds what was measured against the claims", () => {
  const searched = whole.runs.slice(0, 2).map(({ result }) => result as Parameters<typeof best>[0]);
  const trained = whole.runs.slice(2, 6).map(({ result }) => (result as { finalTestLoss: number }).finalTestLoss);
  const [acceleration, ratio, greedy, area, nothing] = whole.claims;
  const { claims } = smoke;
  const speeds = searched.map((run) => best(run).acceleration!);
  expect(acceleration).toEqual({
    name: "acceleration",
    says: claims[0].says,
    figures: speeds,
    median: (speeds[0] + speeds[1]) / 2,
    interval: seedInterval(speeds, "ratios"),
    published: { kind: "equals", value: 5.5, from: 1 },
    tolerance: { kind: "relative", value: 0.1 },
    verdict: "not reproduced",
  });
  expect(ratio.figures).toEqual(searched.map((run) => [run.epochs[0], best(run)].map((one) => one.compressionRatio)));
  expect(ratio.verdict).toBe("reproduced");
  expect(greedy.figures).toEqual([trained[2] - trained[0], trained[3] - trained[1]]);
  expect(area).toMatchObject({ verdict: "refuted", figures: [(whole.runs[6].result as { mean: number }).mean] });
  expect(nothing).toEqual({
    ...{ name: "nothing", says: claims[4].says, published: claims[4].published, tolerance: claims[4].tolerance },
    ...{ figures: [16, { missing: "it is no finite number" }], median: null, interval: null, verdict: "not measured" },
  });
});

test("writes the results with the versions", () => {
  expect(whole.results).toBe(join(folder, "whole/results.json"));
  const { experiment, origin, claims } = whole;
  expect(JSON.parse(readFileSync(whole.results, "utf8"))).toEqual({ experiment, origin, claims });
  expect(readResults(whole.results, "smoke")).toEqual({ experiment, origin, claims });
  expect(origin).toMatchObject({ versions: { node: process.version, platform: process.platform } });
});

test("is printed beside what was published, and as one object", () => {
  const lines = printedLines(smoke, whole);
  expect(lines.slice(0, 4)).toEqual([
    smoke.claims[0].says,
    expect.stringMatching(
      /^ {2}measured {3}\d\.\d\d, \d\.\d\d \(median \d\.\d\d, 95% interval \d+\.\d\d? to \d+\.\d\d?\)$/,
    ),
    "  published  5.50, within 10% of it (figure 1)",
    "  verdict    not reproduced (the interval reaches across the edge of what is accepted: other seeds may decide otherwise)",
  ]);
  expect(lines.slice(-3)).toEqual([
    "Of 5 claims: 2 reproduced, 1 not reproduced, 1 refuted, 1 not measured",
    `The report is ${whole.reports[1]}`,
    `The page is ${whole.page}`,
  ]);
  const { claims, runs, page } = JSON.parse(JSON.stringify(jsonOf(whole)));
  expect(claims).toEqual(whole.claims);
  expect(page).toBe(whole.page);
  const { testCurve, finalTestLoss } = runs[2].result;
  expect(testCurve).toHaveLength(40);
  expect(testCurve.at(-1)).toBe(finalTestLoss);
});

test("the page leads to the reports", () => {
  expect(whole.page).toBe(join(folder, "whole/experiment.html"));
  const page = readFileSync(whole.page, "utf8");
  const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link);
  expect(links).toEqual(["seed-1/report.html", "seed-2/report.html"]);
  expect(page).toContain("<b>2 of 5</b> claims reproduced");
});

describe("interrupted, it goes on where it was and ends with the same bytes:", () => {
  const places = ["seed-2: search, epoch 2", "seed-1: evaluation", "greedy-1: training, step 21", "areas: measurement"];
  test.each(places)("%s", async (place) => {
    const again = join(folder, place.replaceAll(/\W+/g, "-"));
    const controller = new AbortController();
    const interrupted = reproduce(smoke, again, {
      threads: 1,
      signal: controller.signal,
      onProgress: ({ note }) => {
        if (note.startsWith(place)) controller.abort(new Error("enough"));
        // A measurement looks at no signal here; killed, it leaves nothing.
        if (place.startsWith("areas")) controller.signal.throwIfAborted();
      },
    });
    await expect(interrupted).rejects.toThrow("enough");
    expect(existsSync(join(again, "results.json"))).toBe(false);
    const notes: string[] = [];
    await reproduce(smoke, again, { threads: 1, onProgress: ({ note }) => notes.push(note) });
    expect(notes[0]).toMatch(new RegExp(`^${place.split(":")[0]}`));
    expect(contents(again)).toEqual(contents(join(folder, "whole")));
  });

  test("after the end, which computes nothing anew", async () => {
    const before = contents(join(folder, "whole"));
    const notes: string[] = [];
    await reproduce(smoke, join(folder, "whole"), { threads: 1, onProgress: ({ note }) => notes.push(note) });
    expect(notes).toEqual([]);
    expect(contents(join(folder, "whole"))).toEqual(before);
  });
});

test("a run whose creation was interrupted is begun again", async () => {
  const plans = searches.slice(0, 1);
  const one = { ...smoke, plans, claims: [acceleration(plans, 5.5, "figure 1")] };
  mkdirSync(join(folder, "created/seed-1"), { recursive: true });
  writeFileSync(join(folder, "created/seed-1/.creating"), "");
  const { runs } = await reproduce(one, join(folder, "created"), { threads: 1 });
  expect(runs).toHaveLength(1);
});

describe("refused, before anything is run:", () => {
  test.each([
    ["results of another experiment", JSON.stringify({ experiment: "smoke", origin: { versions: {} }, claims: [] })],
    ["results that are not ours", '{"accuracy":0.9}'],
    ["no JSON", "mine"],
  ])("%s in the folder", async (what, text) => {
    const taken = join(folder, "taken");
    mkdirSync(taken, { recursive: true });
    writeFileSync(join(taken, "results.json"), text);
    const file = join(taken, "results.json");
    expect(await refusal(reproduce(perceptron, taken, { threads: 1 }))).toBe(
      what === "results of another experiment"
        ? `${file} is of the experiment smoke; choose another folder for perceptron`
        : `${file} does not hold the results of an experiment; remove it or choose another folder`,
    );
    expect(contents(taken)).toEqual({ "results.json": text });
  });
});

test("a claim on a plan that is not the experiment's is a mistake in its record", async () => {
  const stray = { ...smoke, plans: [], claims: smoke.claims.slice(0, 1) };
  await expect(reproduce(stray, join(folder, "stray"))).rejects.toThrow(/^seed-1 is no plan of the experiment/);
});
