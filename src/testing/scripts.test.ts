import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { readCorpus } from "../data/readers/corpus.js";
import { packageRoot } from "../files/package-root.js";
import { loadPolicy } from "../runs/policy-file.js";
import { tinyTransformerSettings, writeCorpus } from "./runs.js";

/** In the package that is compiled for the tests, so that scripts find it as `learning-law`. */
const scripts = join(inject("packageUnderTest"), "scripts");
/** Where scripts run. */
const folder = mkdtempSync(join(tmpdir(), "scripts-"));
const tiny = tinyTransformerSettings(writeCorpus(join(folder, "corpus.txt")));

beforeAll(() => {
  mkdirSync(scripts);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(scripts, { recursive: true });
});

/** What a script prints, in lines. */
async function run(script: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(scripts, script), ...args], { cwd: folder });
  return stdout.trimEnd().split("\n");
}

describe("examples", () => {
  const names = readdirSync(join(packageRoot, "examples"));

  beforeAll(() => {
    for (const name of names) cpSync(join(packageRoot, "examples", name), join(scripts, name));
  });

  test("there are five, short ones", () => {
    expect(names).toHaveLength(5);
    const lines = names.map((name) => readFileSync(join(scripts, name), "utf8").trimEnd().split("\n").length);
    expect(Math.max(...lines)).toBeLessThanOrEqual(30);
  });

  test("search.mjs finds a policy and saves it", async () => {
    const said = await run("search.mjs", ...tiny);
    expect(said[0]).toMatch(/^under the policy of epoch [012] unseen text is learned ([\d.]+ times sooner|less well)$/);
    const means = said.slice(1, 3).map((line) => Number(/ weigh (\S+) on average$/.exec(line)?.[1]));
    expect((means[0] + means[1]) / 2).toBeCloseTo(1, 1);
    const { weights } = loadPolicy(join(folder, "runs/example-policy.safetensors"), { steps: 6, examples: 12 });
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(6, 4);
  });

  test("train.mjs trains twice and compares", async () => {
    const said = await run("train.mjs", "perceptron", "training.optimizer=sgd", "training.steps=200");
    expect(said.slice(0, 2).map((line) => line.split(":")[0])).toEqual(["uniform", "law"]);
    const losses = said.slice(0, 2).map((line) => Number(/loss (\S+),/.exec(line)?.[1]));
    expect(losses[1]).toBeLessThan(losses[0]);
    const times = said.slice(2).map((line) => /^([\d.]+) times sooner in (\w+)$/.exec(line)!.slice(1, 3));
    expect(times.map(([, unit]) => unit)).toEqual(["steps", "tokens", "work", "seconds"]);
    expect(Number(times[0][0])).toBeGreaterThan(1);
  });

  test("scaling-law.mjs finds the law behind a noisy curve, and that of a file", async () => {
    for (const line of await run("scaling-law.mjs")) {
      const [low, high, truth] = /interval (\S+) to (\S+), in truth (\S+)$/.exec(line)!.slice(1).map(Number);
      expect(low).toBeLessThan(truth);
      expect(high).toBeGreaterThan(truth);
    }
    const losses = Array.from({ length: 100 }, (_, i) => 3 + (50 / (i + 1)) ** 0.7);
    writeFileSync(join(folder, "losses.json"), JSON.stringify(losses));
    const said = await run("scaling-law.mjs", "losses.json");
    expect(said.map((line) => / fit (\S+),/.exec(line)?.[1])).toEqual(["3.000", "50.00", "0.7000"]);
  });

  test("graph.mjs has the Hessian-vector product that is found by hand", async () => {
    const numbers = (await run("graph.mjs", "0.5", "-1")).map((line) => line.slice(10).split("  ").map(Number));
    const [[f], gradient, product, byHand] = numbers;
    expect(f).toBeCloseTo(Math.exp(0.5) + Math.exp(-1) + 0.25 / 2, 10);
    expect(gradient[0]).toBeCloseTo(Math.exp(0.5) - 0.5, 10);
    expect(product).toEqual(byHand);
  });

  test("select.mjs trains a little and selects", async () => {
    const said = await run("select.mjs", "corpus.txt", ...tiny, "training.steps=4");
    const [, count, file] = /^(\d+) documents hold .*: (\S+)$/.exec(said[1])!;
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(Number(count));
    const scores = said.slice(2).map((line) => Number(line.slice(0, 6)));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores).toHaveLength(3);
  });
});

describe("the script of the README", () => {
  const readme = readFileSync(join(packageRoot, "README.md"), "utf8");
  const section = readme.slice(readme.indexOf("\n## From a script"));
  const script = /```ts\n([\s\S]*?)```/.exec(section)![1];
  const compiler = join(packageRoot, "node_modules/typescript/bin/tsc");

  test("passes the strictest types", () => {
    const build = ["--project", join(packageRoot, "tsconfig.build.json"), "--noCheck", "--emitDeclarationOnly"];
    execFileSync(process.execPath, [compiler, ...build, "--outDir", join(scripts, "../dist")]);
    writeFileSync(join(scripts, "readme.ts"), script);
    const { compilerOptions } = JSON.parse(readFileSync(join(packageRoot, "tsconfig.json"), "utf8"));
    const { strict, module, target, lib, noUnusedLocals, noUnusedParameters } = compilerOptions;
    const options = {
      ...{ strict, module, target, lib, noUnusedLocals, noUnusedParameters },
      ...{ noUncheckedIndexedAccess: true, types: ["node"], skipLibCheck: true, rootDir: "." },
    };
    writeFileSync(join(scripts, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["readme.ts"] }));
    execFileSync(process.execPath, [compiler, "--project", scripts], { stdio: "inherit" });
    expect(existsSync(join(scripts, "readme.js"))).toBe(true);
  });

  test("finds a policy for a corpus and a wanted text", async () => {
    const [stories, alice] = await Promise.all(
      ["tinystories", "alice29"].map((name) => readCorpus([`${packageRoot}/data/${name}.txt`])),
    );
    const lines = stories.slice(0, 100).map(({ text }) => JSON.stringify({ text }));
    writeFileSync(join(folder, "corpus.jsonl"), lines.join("\n"));
    writeFileSync(join(folder, "wanted.txt"), alice.map(({ text }) => text).join("\n\n"));
    const last = '"data.desired=wanted.txt"';
    expect(script).toContain(last);
    const small = tiny
      .filter((setting) => !setting.startsWith("data.train="))
      .map((setting) => JSON.stringify(setting));
    const compiled = readFileSync(join(scripts, "readme.js"), "utf8");
    writeFileSync(join(scripts, "readme-small.js"), compiled.replace(last, [last, ...small].join(", ")));
    const said = await run("readme-small.js");
    expect(said[0]).toMatch(/^acceleration ([\d.]+|NaN)$/);
    const { weights } = loadPolicy(join(folder, "policy.safetensors"), { steps: 6, examples: 12 });
    expect(weights).toHaveLength(72);
  });
});
