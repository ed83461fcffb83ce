import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { schedules } from "../descent/schedules/registry.js";
import { command } from "../testing/command.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "schedules-"));
  writeFileSync(join(folder, "norms.json"), "[4, 2, 1, 1, 2]");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function drawn(...args: string[]) {
  const { code, stdout, stderr } = await command(folder, "schedules", ...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

test("every schedule has a curve that fits 80 columns, and a line that says what it is", async () => {
  const { stdout } = await command(folder, "schedules");
  const [curves, lines] = stdout.trimEnd().split("\n\n");
  for (const line of curves.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  const named = (text: string) => text.split("\n").map((line) => line.split(" ")[0]);
  expect(named(curves).slice(1)).toEqual(schedules.names);
  expect(named(lines)).toEqual(schedules.names);
  expect(curves).toMatch(/^constant {5}█{40} +0\.003 +0\.003$/m);
  expect(curves).toMatch(/^wsd {10}█{33}[▁▂▃▄▅▆▇]{7} +0\.0027 +0\.000015$/m);
  // It cannot stand alone.
  expect(curves).toMatch(/^refined {6}with: learning-law schedules refined --set run=runs\/plain$/m);
});

test("one that is named is drawn larger, with what is set and where it was published", async () => {
  const { stdout } = await command(folder, "schedules", "wsd", "--set", "decay=0.5", "--steps", "128");
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toBe(`     0.003 ┤${"█".repeat(32)}█▆▃▂`);
  expect(lines[7]).toMatch(/^ {11}│█{60}▇?█*[▁▂▃▄▅▆▇]{2,4}$/);
  expect(lines[9]).toMatch(/^ {12}step 0 +128$/);
  expect(stdout).toMatch(/^source {7}Hu et al\. 2024/m);
  expect(stdout).toMatch(/^decay {8}0\.5: the share of the steps/m);
  for (const line of lines.slice(0, 10)) expect(line.length).toBeLessThanOrEqual(80);
});

describe("--json has the rate of every step", () => {
  test("of all that can stand alone", async () => {
    const { schedules: all, ...facts } = await drawn("--steps", "10", "--rate", "0.5", "--warmup", "2");
    expect(facts).toEqual({ steps: 10, warmup: 2, batch: 64, length: 32, learningRate: 0.5 });
    const rates = Object.fromEntries(all.map(({ name, rates }: { name: string; rates: number[] }) => [name, rates]));
    expect(Object.keys(rates)).toEqual(schedules.names);
    expect(rates.linear).toEqual([0.25, 0.5, 0.5, 0.4375, 0.375, 0.3125, 0.25, 0.1875, 0.125, 0.0625]);
    expect(rates.refined).toBeNull();
  });

  test("with the settings of the one that is named", async () => {
    const { schedules: rex } = await drawn("rex", "--steps", "4", "--rate", "1");
    expect(rex[0].rates.map((rate: number) => Number(rate.toFixed(6)))).toEqual([1, 0.857143, 0.666667, 0.4]);
    const args = ["--set", "run=norms.json", "--set", "norm=l2", "--steps", "4", "--rate", "1"];
    const { schedules: refined } = await drawn("refined", ...args);
    expect(refined[0].settings).toEqual({
      ...{ run: "norms.json", norm: "l2", smoothing: 0.1, rates: [0.125, 0.45, 1, 0.2, 0] },
    });
    expect(refined[0].rates).toEqual([0.125, 0.45, 1, 0.2]);
  });

  test("of power, which depends on the batch and the length", async () => {
    const args = ["power", "--set", "a=0.02", "--steps", "20", "--rate", "1"];
    const rates = async (batch: string) => (await drawn(...args, "--batch", batch)).schedules[0].rates;
    const [one, two] = [await rates("8"), await rates("16")];
    // Twice the batch is twice the rate, and twice the tokens.
    for (const [t, rate] of one.entries()) expect(two[t] / rate).toBeCloseTo(2 ** (1 - 0.51), 10);
  });
});

test("--figures writes them for print", async () => {
  const { code, stdout, stderr } = await command(
    folder,
    "schedules",
    "rex",
    "step",
    "--figures",
    "drawn",
    "--width",
    "85mm",
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("The figure with its caption is in drawn");
  const at = (name: string) => readFileSync(join(folder, "drawn", name), "utf8");
  const endings = [".pdf", ".png", ".svg", ".txt"];
  expect(readdirSync(join(folder, "drawn"))).toEqual(endings.map((ending) => `01-schedules${ending}`));
  expect(at("01-schedules.svg")).toMatch(/^<svg [^>]*width="85mm"/);
  expect(at("01-schedules.svg").match(/>(rex|step)<\/text>/g)).toHaveLength(2);
  expect(at("01-schedules.txt")).toContain("in shares of the peak: rex 0.61, step 0.53.");
});

test.each([
  [["nope"], "there is no schedule nope; give constant, linear, .* or refined; the nearest is power"],
  [["wsd", "--set", "decay=3"], "wsd: decay: expected a number from 0 to 1, got 3"],
  [["wsd", "--set", "decya=0.3"], "wsd: there is no key decya; the nearest is decay"],
  [["--set", "decay=0.3"], "--set is a setting of one schedule; name that one alone"],
  [["refined"], "refined: run: expected the directory of a finished training, or a JSON file .*, got nothing"],
  [["refined", "--set", "run=nowhere"], "refined: there is no run nowhere"],
  [["refined", "--set", "run=norms.json"], "refined: norms.json does not say in which norm .*; set norm to l1 or l2"],
  [["rex", "--width", "85mm"], "--width is of the files of --figures"],
  [["rex", "--rate", "0"], "option '--rate <eta>' argument '0' is invalid. It must be a number above 0, .*"],
])("%j is refused", async (args, message) => {
  const { code, stdout, stderr } = await command(folder, "schedules", ...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(new RegExp(`^learning-law: ${message}\n$`));
});
