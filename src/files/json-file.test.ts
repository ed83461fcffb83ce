import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { refusalOf } from "../testing/refusal.js";
import { digestOf } from "./digest.js";
import { damaged, parseJson, readJson, readYaml, writeJson } from "./json-file.js";
import { appendJsonLine, cutFile, readJsonLines, toCheckedLines, toCheckedTable, toJsonLines } from "./json-lines.js";

const folder = mkdtempSync(join(tmpdir(), "json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "file");

const Point = z.object({ x: z.number(), y: z.number().nullable() });

test("a value is read back as it was written", () => {
  const value = { x: 0.1 + 0.2, y: null };
  writeJson(path, value);
  expect(readFileSync(path, "utf8")).toBe(
    `{\n  "x": 0.30000000000000004,\n  "y": null,\n  "digest": "${digestOf('{"x":0.30000000000000004,"y":null}')}"\n}\n`,
  );
  expect(readJson(path, Point)).toEqual(value);
  writeFileSync(path, "x: 1e-3\ny: null\n");
  expect(readYaml(path, Point)).toEqual({ x: 0.001, y: null });
  expect(readdirSync(folder)).toEqual(["file"]);
});

test.each(["", "{", '{"x":1}', '{"x":"1","y":null}', "[1, 2]"])(
  "what is not what the schema wants is damaged: %s",
  (text) => {
    writeFileSync(path, text);
    const sentence = `${path} is damaged: it is not what learning-law wrote there`;
    expect(refusalOf(() => readJson(path, Point))).toBe(sentence);
    expect(refusalOf(() => readYaml(path, Point))).toBe(sentence);
    expect(refusalOf(() => parseJson(text, Point, path))).toBe(sentence);
    expect(refusalOf(() => readJson(path, Point, "restore it"))).toBe(`${path} is damaged; restore it`);
  },
);

test("the reason stays with the sentence, for those who look for it", () => {
  const cause = new Error("byte 7");
  expect(damaged("a.json", undefined, cause).cause).toBe(cause);
});

test("a file that is not there is said to be none", () => {
  const none = join(folder, "none");
  for (const read of [readJson, readYaml, readJsonLines])
    expect(refusalOf(() => read(none, Point as never))).toBe(`cannot read ${none}: there is no such file or folder`);
  expect(refusalOf(() => appendJsonLine(join(none, "file"), {}))).toMatch(/^cannot write .*: there is no such file/);
  expect(refusalOf(() => cutFile(none, 0))).toMatch(/^cannot write .*: there is no such file/);
});

test("lines are added, cut off and read up to a byte", () => {
  const points = [
    { x: 1, y: 2 },
    { x: 3, y: null },
    { x: 5, y: 6 },
  ];
  writeFileSync(path, "");
  for (const point of points) appendJsonLine(path, point);
  expect(readFileSync(path, "utf8")).toBe(toCheckedLines(points));
  expect(readJsonLines(path, Point, { bytes: toCheckedLines(points).length })).toEqual(points);
  const bytes = toCheckedLines(points.slice(0, 2)).length;
  expect(readJsonLines(path, Point, { bytes })).toEqual(points.slice(0, 2));
  cutFile(path, bytes);
  expect(readJsonLines(path, Point, { bytes })).toEqual(points.slice(0, 2));
});

test("a table is read whole; one whose end is missing is damaged, one without digests is of an earlier version", () => {
  const points = [
    { x: 1, y: 2 },
    { x: 3, y: null },
  ];
  writeFileSync(path, toCheckedTable(points));
  expect(readJsonLines(path, Point)).toEqual(points);
  cutFile(path, readFileSync(path, "utf8").indexOf("\n") + 1);
  expect(refusalOf(() => readJsonLines(path, Point))).toMatch(/^line 1 of .* is damaged/);
  writeFileSync(path, toJsonLines(points));
  expect(readJsonLines(path, Point)).toEqual(points);
});

test("the first damaged line is named, also where there is none at all", () => {
  const refusal = (text: string) => {
    writeFileSync(path, text);
    return refusalOf(() => readJsonLines(path, Point)).replace(path, "FILE");
  };
  expect(refusal('{"x":1,"y":2}\n{"x":1}\n{"x"\n')).toMatch(/^line 2 of FILE is damaged: /);
  expect(refusal('{"x":1,"y":2}\n{"x":1,"y"')).toMatch(/^line 2 of FILE is damaged: /);
  expect(refusal('{"x":1,"y":2}\n\n')).toMatch(/^line 2 of FILE is damaged: /);
  expect(refusal("")).toMatch(/^line 1 of FILE is damaged: /);
});
