import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "simple-statistics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seedInterval } from "../../measures/over-seeds.js";
import type { Config } from "../../runs/config/config.js";
import { evaluateRun } from "../../runs/evaluation/evaluate-run.js";
import { runSearch } from "../../runs/search/search-run.js";
import { runSeeds } from "../../runs/seeds/run-seeds.js";
import type { SearchOverSeeds } from "../../runs/seeds/search-seeds.js";
import { readBaselineCosts } from "../../runs/training/baseline.js";
import type { TrainingConfig } from "../../runs/training/requested-training.js";
import { runTraining } from "../../runs/training/train-run.js";
import { type Place, readFigure } from "../../testing/read-figure.js";
import { expectPlaces, marksOf } from "../../testing/read-report.js";
import { refusalOf } from "../../testing/refusal.js";
import { contents, tinyPerceptronConfig } from "../../testing/runs.js";
import type { Figure } from "../figure.js";
import { color } from "../palette.js";
import { writeFigures } from "../paper/write-figures.js";
import { readSeedsReportData } from "./seeds-data.js";
import { drawSeedsFigures, writeSeedsReport } from "./seeds-report.js";

const folder = mkdtempSync(join(tmpdir(), "seeds-report-"));
const at = (name: string) => join(folder, name);
const SEEDS = [1, 2, 3];
const count = SEEDS.length;

const search = (config: Config, name: string) =>
  runSeeds("search", config, at(name), { count }, (turn) => runSearch(turn.config, turn.directory, { threads: 1 }));
const train = (rate: number, name: string) => {
  const settings = ["training.optimizer=sgd", `training.learningRate=${rate}`, "training.evaluateEvery=5"];
  const config = tinyPerceptronConfig("data.examples=64", "training.steps=40", "training.batch=8", ...settings);
  return runSeeds("train", config as TrainingConfig, at(name), { count }, (turn) =>
    runTraining(turn.config, turn.directory, { threads: 1 }),
  );
};

let searched: Awaited<ReturnType<typeof search>>;
beforeAll(async () => {
  searched = await search(tinyPerceptronConfig("learning.steps=60", "data.examples=64"), "searched");
  await train(0.01, "slow");
  await train(0.05, "fast");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Where a line and the rim of its ribbon are, for the values of the seeds at every place. */
function bandOf(xs: readonly number[], values: readonly number[][], scale: "values" | "ratios" = "values") {
  const reach = xs.map((_, i) =>
    seedInterval(
      values.map((seed) => seed[i]),
      scale,
    ),
  );
  const line = xs.map((x, i): Place => [x, median(values.map((seed) => seed[i]))]);
  const rim = [...xs.map((x, i): Place => [x, reach[i][1]]), ...xs.map((x, i): Place => [x, reach[i][0]]).reverse()];
  return { line, rim };
}

function figuresOf(name: string, others: readonly string[] = []) {
  const figures = drawSeedsFigures(readSeedsReportData(at(name), others.map(at)));
  return (slug: string) => readFigure((figures.find((figure) => figure.slug === slug) as Figure).svg);
}

describe("searches with several seeds", () => {
  test("are drawn epoch by epoch as medians with the intervals as ribbons", () => {
    const figure = figuresOf("searched")("area");
    const epochs = [0, 1, 2, 3, 4];
    const [desired, tested] = (["area", "testArea"] as const).map((key) =>
      bandOf(
        epochs,
        searched.map((run) => run.epochs.map((epoch) => epoch[key])),
      ),
    );
    const [lines, ribbons] = [marksOf(figure, "line"), marksOf(figure, "area")];
    expect(lines.map((line) => line.color)).toEqual([color("conventional"), color("best")]);
    expect(ribbons.map((ribbon) => ribbon.color)).toEqual([color("conventional"), color("best")]);
    for (const [i, { line, rim }] of [desired, tested].entries()) {
      expectPlaces(lines[i].places, line);
      expectPlaces(ribbons[i].places, rim);
    }
    expect(figure.legend).toEqual({ "desired (J)": color("conventional"), test: color("best") });
  });

  test("have no curves before they are evaluated, and say so", async () => {
    const before = writeSeedsReport(at("searched"));
    expect(before.absent.loss).toBe("3 of the 3 seeds are not evaluated; run search --report, or evaluate on each.");
    for (const seed of SEEDS) await evaluateRun(at(`searched/seed-${seed}`), { threads: 1 });
    const figure = figuresOf("searched")("loss");
    const steps = Array.from({ length: 60 }, (_, i) => i + 1);
    const curves = SEEDS.map(
      (seed) => JSON.parse(readFileSync(at(`searched/seed-${seed}/baseline.json`), "utf8")).testCurve as number[],
    );
    expectPlaces(marksOf(figure, "line")[0].places, bandOf(steps, curves).line);
    expectPlaces(marksOf(figure, "area")[0].places, bandOf(steps, curves).rim);
    const ends = searched.map(({ best }) => best.finalTestLoss);
    expectPlaces(marksOf(figure, "line")[1].places.slice(-1), [[60, median(ends)]]);
    expect(writeSeedsReport(at("searched")).absent).toEqual({});
  });

  test("have an acceleration with the interval on logarithms", () => {
    const speeds = searched.map(({ epochs }) => epochs.map(({ acceleration }) => acceleration!));
    expect(speeds.flat()).not.toContain(null);
    const { line, rim } = bandOf([0, 1, 2, 3, 4], speeds, "ratios");
    const figure = figuresOf("searched")("acceleration");
    expectPlaces(marksOf(figure, "line")[0].places, line);
    expectPlaces(marksOf(figure, "area")[0].places, rim);
  });

  test("are a page that says what its numbers are of, the same each time", () => {
    const { out, seeds, overSeeds } = writeSeedsReport(at("searched"));
    expect([out, seeds]).toEqual([at("searched/report.html"), SEEDS]);
    const page = readFileSync(out, "utf8");
    const { median, interval } = (overSeeds as SearchOverSeeds).acceleration;
    expect(page).toContain(
      `<b>${median!.toFixed(2)}×</b> sooner at the final test loss of conventional learning, 95% `,
    );
    expect(page).toContain(`interval ${interval![0].toFixed(2)} to ${interval![1].toFixed(2)}`);
    expect(page).toContain("Student&#39;s t interval over the seeds");
    expect(page).not.toMatch(/NaN|undefined|one seed/);
    writeSeedsReport(at("searched"));
    expect(readFileSync(out, "utf8")).toBe(page);
  });
});

describe("trainings with several seeds", () => {
  test("are drawn beside their baseline", () => {
    const figure = figuresOf("fast", ["slow"])("loss-over-steps");
    const bands = ["slow", "fast"].map((name) => {
      const costs = SEEDS.map((seed) => readBaselineCosts(at(`${name}/seed-${seed}`)));
      return bandOf(
        costs[0].map(({ step }) => step),
        costs.map((seed) => seed.map(({ testLoss }) => testLoss)),
      );
    });
    for (const [i, { line, rim }] of bands.entries()) {
      expectPlaces(marksOf(figure, "line")[i].places, line);
      expectPlaces(marksOf(figure, "area")[i].places, rim);
    }
    expect(figure.legend).toEqual({ slow: color("conventional"), fast: color("best") });
  });

  test("are a page with the acceleration and the paired differences", () => {
    const { comparison } = writeSeedsReport(at("fast"), { others: [at("slow")] });
    const page = readFileSync(at("fast/report.html"), "utf8");
    expect(page).toContain(`<b>${comparison!.accelerations.steps.median!.toFixed(2)}×</b> sooner`);
    expect(page).toContain("Difference");
    expect(writeSeedsReport(at("fast"), { out: at("alone.html") }).comparison).toBeUndefined();
    expect(readFileSync(at("alone.html"), "utf8")).toContain("Name the folder of other trainings with the same seeds");
  });
});

test("figures for print are written of a folder of seeds", async () => {
  const paths = await writeFigures(at("fast"), at("print"), { width: 85, others: [at("slow")] });
  expect(paths.map((path) => path.split("/").at(-1))).toEqual(
    ["svg", "pdf", "png", "txt"].map((kind) => `01-loss-over-steps.${kind}`),
  );
  expect(readFileSync(at("print/01-loss-over-steps.svg"), "utf8")).toContain('fill-opacity="0.2"');
  expect(readFileSync(at("print/01-loss-over-steps.txt"), "utf8")).toContain("ribbons 95% intervals");
  await writeFigures(at("searched"), at("searches"), {});
  expect(readdirSync(at("searches")).filter((name) => name.endsWith(".pdf"))).toEqual([
    ...["01-area.pdf", "02-loss.pdf", "03-acceleration.pdf"],
  ]);
});

test("bad input is refused, and nothing is written", () => {
  const before = contents(folder);
  const report = (name: string, ...others: string[]) => refusalOf(() => readSeedsReportData(at(name), others.map(at)));
  expect(report("fast/seed-1")).toContain("holds no seeds");
  expect(report("searched", "slow")).toContain("which are compared with no other run");
  expect(report("fast", "slow", "slow")).toContain("compared with one folder of the same seeds");
  expect(report("fast", "slow/seed-1")).toContain("must be a folder of the same seeds");
  expect(report("fast", "searched")).toContain("holds seeds of search, and not of train");
  rmSync(at("slow/seed-2"), { recursive: true });
  expect(report("slow")).toMatch(/there is no run .*seed-2/);
  expect(Object.keys(contents(folder)).length).toBeLessThan(Object.keys(before).length);
  expect(existsSync(at("slow/report.html"))).toBe(false);
});
