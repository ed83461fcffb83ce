import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { lockFolder } from "../files/folder-lock.js";
import { seedInterval } from "../measures/over-seeds.js";
import { command, sets, start } from "../testing/command.js";
import { contents, tinyPerceptronSettings } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "search-seeds-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const search = (...changes: string[]) => [
  ...["search", "perceptron", ...sets([...tinyPerceptronSettings, "learning.steps=60", ...changes]), "--threads", "1"],
];
const json = async (...args: string[]) => JSON.parse((await command(folder, ...args, "--json")).stdout);

describe("a search with several seeds", () => {
  let printed = "";
  let progress = "";
  beforeAll(async () => {
    const { code, stdout, stderr } = await command(folder, ...search("seed=1"), "--seeds", "2", "--out", "two");
    expect(code).toBe(0);
    [printed, progress] = [stdout, stderr];
  });

  test("makes in one folder the runs that each seed makes alone, byte for byte", async () => {
    for (const seed of [1, 2]) {
      await command(folder, ...search(`seed=${seed}`), "--out", `alone-${seed}`);
      expect(contents(at(`two/seed-${seed}`))).toEqual(contents(at(`alone-${seed}`)));
    }
    const { seeds: _, ...others } = JSON.parse(readFileSync(at("two/seeds.json"), "utf8"));
    expect(others).toMatchObject({ kind: "seeds", command: "search", config: { seed: 1 } });
    expect(Object.keys(contents(at("two"))).filter((name) => !name.includes("/"))).toEqual(["seeds.json"]);
  });

  test("says what they say together, and what the interval is of", () => {
    expect(progress).toMatch(/^run two\/seed-1: .*\n(.*\n)+run two\/seed-2: /);
    expect(printed).toMatch(
      /conventional learning \d+\.\d\d times sooner \(median of 2 seeds, 95% interval \d+\.\d\d to \d+\.\d\d\)\./,
    );
    const number = "-?[\\d.e-]+";
    const interval = `${number} \\[${number}, ${number}\\]`;
    for (const name of ["area", "validationArea", "testArea", "finalTestLoss", "compressionRatio"])
      expect(printed).toMatch(
        new RegExp(
          `^${name} +${interval}; baseline ${interval}; difference ${interval}; ratio ${interval}$`.replaceAll(
            "interval",
            interval,
          ),
          "m",
        ),
      );
    expect(printed).toContain("Student's t over the seeds, of the mean that all seeds would have");
    expect(printed).not.toContain("one seed");
    expect(printed).not.toContain("NaN");
  });

  test("with --json gives every seed's summary and the aggregate, as the runs have it", async () => {
    const result = await json(...search("seed=1"), "--seeds", "2", "--out", "two", "--resume");
    expect(result).toMatchObject({ run: "two", seeds: [1, 2], runs: [{ seed: 1, run: "two/seed-1" }, { seed: 2 }] });
    for (const [i, seed] of [1, 2].entries()) {
      const { seed: _, ...summary } = result.runs[i];
      const alone = await json(...search(`seed=${seed}`), "--out", `alone-${seed}`, "--resume");
      expect(summary).toMatchObject({ best: { ...alone.best, policy: expect.any(String) }, baseline: alone.baseline });
    }
    const { acceleration, testArea } = result.overSeeds;
    const speeds = result.runs.map(({ best }: { best: { acceleration: number } }) => best.acceleration);
    expect(acceleration.values).toEqual(speeds);
    expect(acceleration.median).toBe((speeds[0] + speeds[1]) / 2);
    expect(acceleration.interval).toEqual(seedInterval(speeds, "ratios"));
    const areas = result.runs.map(
      ({ best, baseline }: Record<string, { testArea: number }>) => best.testArea - baseline.testArea,
    );
    expect(testArea.difference).toEqual({
      values: areas,
      median: (areas[0] + areas[1]) / 2,
      interval: seedInterval(areas, "values"),
    });
  });

  test("is continued without --seeds too, and every run of it is one that other commands take", async () => {
    const { code, stdout } = await command(folder, ...search("seed=1"), "--out", "two", "--resume");
    expect([code, stdout.includes("median of 2 seeds")]).toEqual([0, true]);
    expect((await command(folder, "weights", "two/seed-2", "--out", "weights.jsonl")).code).toBe(0);
  });

  test("--report measures and draws every seed, and all of them", async () => {
    const result = await json(...search("seed=1"), "--seeds", "2", "--out", "two", "--resume", "--report");
    for (const seed of [1, 2]) expect(existsSync(at(`two/seed-${seed}/report.html`))).toBe(true);
    expect(result.report).toBe("two/report.html");
    expect(readFileSync(at("two/report.html"), "utf8")).toContain("learning-law report of 2 seeds");
    const { stdout } = await command(folder, "report", "two", "--out", "again.html", "--figures", "print");
    expect(stdout).toMatch(/^The report is again.html\n\d figures with their captions are in print\n$/);
    expect(readFileSync(at("again.html"), "utf8")).toBe(readFileSync(at("two/report.html"), "utf8"));
  });
});

test("seeds of which one has no acceleration are counted, and no interval is made up", async () => {
  // Epsilon so small that the best policy is conventional learning for some, and a loss that does not fall for others.
  const rising = search("learning.learningRate=30", "learning.steps=12", "search.epochs=1");
  const { overSeeds } = await json(...rising, "--seeds", "4", "--out", "rising");
  const there = overSeeds.acceleration.values.filter((value: number | null) => value !== null).length;
  expect(there).toBeLessThan(4);
  expect(overSeeds.acceleration).toMatchObject({ median: null, interval: null });
  const { stdout } = await command(folder, ...rising, "--out", "rising", "--resume");
  expect(stdout).toContain(`Under the best policy ${there} of 4 seeds reach the final test loss`);
});

test("one seed's headline says that it is one", async () => {
  const { stdout } = await command(folder, ...search(), "--out", "single");
  expect(stdout).toMatch(/\d+\.\d\d times sooner \(one seed\)\.\n/);
});

describe("seeds that end early", () => {
  const long = [...search("search.epochs=30"), "--seeds", "2", "--json", "--out"];
  beforeAll(async () => {
    expect((await command(folder, ...long, "whole")).code).toBe(0);
  });
  const again = (name: string) => (existsSync(at(`${name}/seeds.json`)) ? ["--resume"] : []);

  test("are killed at any moment, and end with the bytes of those that never stopped", async () => {
    const random = createRandom(1, "kills");
    for (const [line, most] of [
      ["", 900],
      ["epoch 15/", 30],
      ["run killed/seed-2", 30],
    ] as const) {
      const running = start(folder, ...long, "killed", ...again("killed"));
      await running.says(line);
      await new Promise((resolve) => setTimeout(resolve, most * random.uniform()));
      running.process.kill("SIGKILL");
      await running.finished;
    }
    const { code } = await command(folder, ...long, "killed", ...again("killed"));
    expect(code).toBe(0);
    expect(contents(at("killed"))).toEqual(contents(at("whole")));
  });

  test("by Ctrl-C say how to continue all of them", async () => {
    const running = start(folder, ...long, "stopped");
    await running.says("run stopped/seed-2");
    running.process.kill("SIGINT");
    const { code, stderr } = await running.finished;
    expect(code).toBe(130);
    const [, line] = /\ninterrupted; continue with: node \S+main.js (.*)\n$/.exec(stderr) ?? [];
    expect(line).toMatch(/--out stopped .*--seeds 2 --json --resume$/);
    expect((await command(folder, ...line.split(" "))).code).toBe(0);
    expect(contents(at("stopped"))).toEqual(contents(at("whole")));
  });
});

describe("bad input is refused in one sentence, and changes nothing:", () => {
  beforeAll(async () => {
    await command(folder, ...search(), "--seeds", "2", "--out", "seeds");
    mkdirSync(at("mine"));
    writeFileSync(at("mine/thesis.txt"), "mine");
  });

  test.each([
    ["one seed", ["--seeds", "1", "--out", "new"], "It must be a whole number from 2."],
    ["no number", ["--seeds", "many", "--out", "new"], "It must be a whole number from 2."],
    ["a folder of something else", ["--seeds", "2", "--out", "mine"], "mine exists; choose another --out"],
    ["the same folder again", ["--seeds", "2", "--out", "seeds"], "seeds exists; choose another --out"],
    ["a run in it", ["--out", "seeds"], "seeds exists; choose another --out"],
    ["more seeds", ["--seeds", "3", "--out", "seeds", "--resume"], "seeds holds 2 seeds; continue it with --seeds 2"],
    ["nothing to continue", ["--seeds", "2", "--out", "none", "--resume"], "there is no folder none"],
    ["to continue a folder of something else", ["--seeds", "2", "--out", "mine", "--resume"], "mine holds no seeds"],
    [
      "another configuration",
      ["--seeds", "2", "--out", "seeds", "--resume", "--set", "search.epochs=9"],
      "search.epochs is 4 in the run and 9 now; continue seeds with its own configuration",
    ],
    [
      "seeds beyond the last",
      ["--seeds", "2", "--out", "new", "--set", "seed=2147483647"],
      "there are no 2 seeds from 2147483647 on",
    ],
    ["a key", ["--seeds", "2", "--out", "deep/new", "--set", "model.dimension=0"], "model.dimension"],
  ])("%s", async (_, more, message) => {
    const before = contents(folder);
    const { code, stdout, stderr } = await command(folder, ...search(), ...more);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/^learning-law: /);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(contents(folder)).toEqual(before);
    expect(existsSync(at("deep"))).toBe(false);
  });

  test("data that are not there, after the folder was made", async () => {
    const { code, stderr } = await command(
      folder,
      ...["search", "quickstart", "--set", "data.train=none.txt", "--seeds", "2", "--out", "deep/new"],
    );
    expect(stderr).toMatch(/^learning-law: .*none\.txt/);
    expect(code).toBe(2);
    expect(existsSync(at("deep"))).toBe(false);
  });

  test("the folder where a run is wanted", async () => {
    for (const args of [
      ["weights", "seeds", "--out", "x.jsonl"],
      ["evaluate", "seeds"],
    ]) {
      const { code, stderr } = await command(folder, ...args);
      expect(stderr).toBe(
        "learning-law: seeds holds the runs of several seeds; name one of them, such as seeds/seed-1\n",
      );
      expect(code).toBe(2);
    }
  });

  test("a folder in which another process computes", async () => {
    const before = contents(at("seeds"));
    const lock = lockFolder(at("seeds"));
    try {
      const { code, stderr } = await command(folder, ...search(), "--seeds", "2", "--out", "seeds", "--resume");
      expect(stderr).toBe("learning-law: another process is computing in seeds; wait until it has ended, or end it\n");
      expect(code).toBe(2);
    } finally {
      lock.release();
    }
    expect(contents(at("seeds"))).toEqual(before);
  });

  test("a record that is damaged, or of another command", async () => {
    const path = at("seeds/seeds.json");
    const text = readFileSync(path, "utf8");
    for (const [changed, message] of [
      [text.replace('"search"', '"train"'), "is damaged"],
      [text.slice(0, 100), "is damaged"],
      ['{"kind":"seeds","command":"train","seeds":[1,2],"config":{}}', "seeds holds seeds of train, and these are of"],
    ]) {
      writeFileSync(path, changed);
      const { code, stderr } = await command(folder, ...search(), "--seeds", "2", "--out", "seeds", "--resume");
      expect(stderr).toContain(message);
      expect(code).toBe(2);
    }
    writeFileSync(path, text);
  });
});
