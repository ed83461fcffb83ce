import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { presets } from "../runs/config/presets.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { command, sets } from "../testing/command.js";
import { tinyPerceptronSettings } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "presets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("presets are listed with what they are", async () => {
  const { code, stdout } = await command(folder, "presets");
  expect(code).toBe(0);
  const names = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  expect(names).toEqual(Object.keys(presets));
  expect(JSON.parse((await command(folder, "presets", "--json")).stdout)).toEqual(presets);
});

test("a printed preset is a configuration that search takes", async () => {
  const { stdout } = await command(folder, "presets", "perceptron");
  const path = join(folder, "mine.yaml");
  writeFileSync(path, stdout);
  expect(resolveConfig(path)).toEqual(resolveConfig("perceptron"));
  const { stdout: json } = await command(folder, "presets", "perceptron", "--json");
  expect(JSON.parse(json)).toEqual(resolveConfig("perceptron"));

  const searched = await command(folder, "search", "mine.yaml", ...sets(tinyPerceptronSettings), "--threads", "1");
  expect(searched.code).toBe(0);
  expect(searched.stderr).toContain("run runs/mine-1: 4 parameters, vocabulary 2\n");
});

test.each(["search", "train", "weights", "presets", undefined])("--help of %s", async (name) => {
  const { code, stdout, stderr } = await command(folder, ...(name === undefined ? [] : [name]), "--help");
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^Usage: learning-law ${name ?? "\\[options\\]"}`));
  expect(stderr).toBe("");
});
