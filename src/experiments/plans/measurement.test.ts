import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { refusal } from "../../testing/refusal.js";
import { tinyPerceptronSettings } from "../../testing/runs.js";
import { type Measured, measurement } from "./measurement.js";

const folder = mkdtempSync(join(tmpdir(), "measurement-"));
afterAll(() => rmSync(folder, { recursive: true }));

const runs = () => {
  throw new Error("no plan came before");
};
let computed = 0;
const run = (name: string, settings: readonly string[] = [], more: Measured = {}) =>
  measurement(name, "perceptron", [...tinyPerceptronSettings, ...settings], async ({ config }) => {
    computed++;
    return { examples: config.data.examples, ...more };
  }).run({ directory: join(folder, name), runs });

test("is computed once, from its configuration, and what is not finite is no figure", async () => {
  const expected = { examples: 16, curve: [1, 2], none: { missing: "it is no finite number" } };
  expect(await run("once", [], { curve: [1, 2], none: Number.NaN })).toEqual(expected);
  computed = 0;
  expect(await run("once")).toEqual(expected);
  expect(computed).toBe(0);
});

test("is computed anew by other versions", async () => {
  await run("versions");
  const file = join(folder, "versions/measurement.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"node": ".*"/, '"node": "v0.1"'));
  computed = 0;
  await run("versions");
  expect(computed).toBe(1);
  expect(readFileSync(file, "utf8")).toContain(process.version);
});

test("is refused with another configuration, and where it is damaged", async () => {
  await run("refused");
  const directory = join(folder, "refused");
  expect(await refusal(run("refused", ["seed=2"]))).toBe(
    `${directory} was measured with another configuration; choose another --out`,
  );
  const file = join(directory, "measurement.json");
  writeFileSync(file, '{"measured":{}}');
  expect(await refusal(run("refused"))).toBe(`${file} is damaged: it is not what learning-law wrote there`);
  expect(readFileSync(file, "utf8")).toBe('{"measured":{}}');
});

test("leaves nothing where it fails", async () => {
  const failing = measurement("failing", "perceptron", [], () => Promise.reject(new Error("no")));
  await expect(failing.run({ directory: join(folder, "failing"), runs })).rejects.toThrow("no");
  expect(existsSync(join(folder, "failing"))).toBe(false);
});
