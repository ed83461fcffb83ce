import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../files/package-root.js";
import { command } from "../../testing/command.js";

const published = (size: string) => join(packageRoot, "data/loss-curves", `${size}.csv`);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "curve-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => command(folder, "curve", ...args);
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

/** A curve of an annealing law, every 10 of 1,000 steps. */
function annealed(rateAt: (t: number) => number) {
  let [sum, annealing, momentum] = [0, 0, 0];
  const lines = ["step,loss,lr"];
  for (let t = 1; t <= 1000; t++) {
    momentum = 0.98 * momentum + (t === 1 ? 0 : rateAt(t - 1) - rateAt(t));
    sum += rateAt(t);
    annealing += momentum;
    if (t % 10 === 0) lines.push(`${t},${2.5 + 0.8 * sum ** -0.4 - 0.15 * annealing},${rateAt(t)}`);
  }
  return `${lines.join("\n")}\n`;
}

describe("deceleration of the published curves", () => {
  test("is as published", async () => {
    const { stdout } = await run("deceleration", ...["14M", "37M", "78M", "285M"].map(published), "--json");
    const { curves } = JSON.parse(stdout);
    const table = [
      {
        td: 5877,
        Ld: 4.05,
        rd: 0.013,
        rsle: 0.011,
        predictedFinal: 3.86,
        final: 3.88,
        b: 18.42,
        errors: [0.16, 0.02, 0.03],
      },
      {
        td: 5907,
        Ld: 3.6,
        rd: 0.016,
        rsle: 0.015,
        predictedFinal: 3.39,
        final: 3.4,
        b: 19.64,
        errors: [0.23, 0.03, 0.03],
      },
      {
        td: 5928,
        Ld: 3.38,
        rd: 0.02,
        rsle: 0.014,
        predictedFinal: 3.14,
        final: 3.15,
        b: 20.66,
        errors: [0.25, 0.03, 0.03],
      },
      {
        td: 5264,
        Ld: 3.14,
        rd: 0.025,
        rsle: 0.013,
        predictedFinal: 2.85,
        final: 2.87,
        b: 20.85,
        errors: [0.3, 0.03, 0.03],
      },
    ];
    for (const [i, { errors, ...values }] of table.entries()) {
      expect(curves[i].verdict).toBe("decelerates");
      expect(Math.abs(curves[i].td / values.td - 1)).toBeLessThan(0.001);
      for (const name of ["Ld", "predictedFinal", "final", "b"] as const)
        expect(Math.abs(curves[i][name] - values[name])).toBeLessThan(0.0051);
      for (const name of ["rd", "rsle"] as const)
        expect(Math.abs(curves[i][name] - values[name])).toBeLessThan(0.00051);
      for (const [j, name] of (["b", "lnD1", "f1"] as const).entries())
        expect(Math.abs(curves[i].errors[name] - errors[j])).toBeLessThan(0.0051);
    }
    expect(curves[0].c0).toBeCloseTo(0.17454, 4);
    expect(curves[0].c1).toBeCloseTo(-0.16203, 4);
    expect(curves[0].f1).toBeCloseTo(0.20302, 3);
  });

  test("is printed, compared and drawn", async () => {
    const { stdout, code } = await run("deceleration", published("14M"), published("285M"), "--out", "drawn");
    expect(code).toBe(0);
    expect(stdout).toMatch(/14M\.csv +5877±130 +4\.05±0\.01 +0\.0125±0\.0009 +3\.862 +3\.877/);
    expect(stdout).toContain("L_d falls from curve to curve (4.05 to 3.14 nats)");
    const files = readdirSync(join(folder, "drawn"));
    for (const ending of ["svg", "png", "pdf", "txt"]) expect(files).toContain(`01-loss-curves.${ending}`);
    expect(readFileSync(join(folder, "drawn/report.html"), "utf8")).toContain("r_d");
  });
});

test("a single power law has no break, and a short log too little data for one", async () => {
  const law = Array.from(
    { length: 300 },
    (_, i) => `${200 + 20 * i},${20 * (200 + 20 * i) ** -0.1 * (1 + 0.002 * Math.sin(i ** 2))}`,
  );
  write("single.csv", `step,loss\n${law.join("\n")}\n`);
  write("short.csv", "step,loss\n110,4\n120,3.9\n");
  const { stdout } = await run("deceleration", "single.csv", "short.csv", "--json");
  expect(JSON.parse(stdout).curves).toMatchObject([
    { file: "single.csv", verdict: "no break", td: null, points: 300 },
    { file: "short.csv", verdict: "too little data", td: null, errors: null },
  ]);
  const { stdout: words } = await run("deceleration", "single.csv", "short.csv");
  expect(words).toMatch(/^single\.csv +no break +- +- +- +[\d.]+$/m);
  expect(words).toContain(
    "short.csv: too little data: 2 points; a break needs 20; --transient 100 leaves out the first.",
  );
});

test("annealing fitted to two curves predicts another, and compares schedules", async () => {
  write(
    "constant.csv",
    annealed(() => 0.003),
  );
  write(
    "cosine.csv",
    annealed((t) => 0.0015 * (1 + Math.cos((Math.PI * t) / 1000))),
  );
  write(
    "wsd.csv",
    annealed((t) => 0.003 * Math.min(1, (1000 - t) / 200)),
  );
  write("schedule.csv", "step,lr\n1,0.003\n500,0.003\n1000,0\n");
  const { stdout, stderr } = await run(
    ...[
      "annealing",
      "--fit",
      "constant.csv",
      "--fit",
      "cosine.csv",
      "--predict",
      "wsd.csv",
      "--predict",
      "schedule.csv",
    ],
    ...["--budget", "500", "--out", "annealed", "--json"],
  );
  expect(stderr).toBe("");
  const { fit, predictions, schedules } = JSON.parse(stdout);
  expect(fit.L0).toBeCloseTo(2.5, 2);
  expect(fit.alpha).toBeCloseTo(0.4, 2);
  expect(fit.lambda).toBe(0.98);
  expect(predictions[0]).toMatchObject({ file: "wsd.csv" });
  expect(predictions[0].meanAbsoluteError).toBeLessThan(predictions[0].withoutS2.meanAbsoluteError / 3);
  expect(predictions[1]).toMatchObject({ file: "schedule.csv", meanAbsoluteError: null });
  expect(schedules.map(({ schedule }: { schedule: string }) => schedule)).toContain("wsd");
});

test("a table of runs gives laws of size and tokens", async () => {
  const lines = [1e7, 3e7, 1e8, 3e8].flatMap((n) =>
    [10, 20, 40].map((r) => `${n},${r * n},${1.8 + 480 / n ** 0.35 + 2085 / (r * n) ** 0.37}`),
  );
  write("runs.csv", `params,tokens,loss\n${lines.join("\n")}\n`);
  const { stdout } = await run("scaling", "runs.csv", "--json");
  const [chinchilla] = JSON.parse(stdout).laws;
  expect(chinchilla.coefficients.E).toBeCloseTo(1.8, 2);
  expect(chinchilla.sizePower).toBeCloseTo(0.37 / 0.72, 2);
});

test("without a name of an analysis, what is read is said", async () => {
  const { stdout } = await run(published("14M"));
  expect(stdout).toMatch(/14M\.csv +524 +10 to 262153 +10\.4134 +3\.8774/);
});

test("what cannot be read is one sentence and exit code 2", async () => {
  write("broken.csv", "step,loss\n1,4\n2,oops\n");
  for (const file of ["broken.csv", "absent.csv"]) {
    const { code, stderr } = await run("deceleration", file);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(/^learning-law: [^\n]*(broken\.csv line 3 has oops as loss|absent\.csv)[^\n]*$/);
  }
});

test("a misspelt command is not taken for a file, unless there is one", async () => {
  const { code, stderr } = await run("decelaration", "x.csv");
  expect([code, stderr]).toEqual([
    2,
    "learning-law: there is no file decelaration, and curve has no command decelaration; did you mean curve deceleration?\n",
  ]);
  write("scalings", "step,loss\n1,3\n2,2\n");
  for (const file of ["losses", "scalings"]) {
    const { stderr } = await run(file);
    expect(stderr).toContain(file);
    expect(stderr).not.toContain("did you mean");
  }
});
