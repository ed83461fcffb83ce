import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { floorsPicture, structureOf } from "../../scripts/floors-picture.js";
import {
  directEdges,
  edgesOf,
  edgesOnCircles,
  floors,
  heightOf,
  reachable,
  readHouse,
  type SourceFile,
} from "../../scripts/house.js";
import { packageRoot } from "../files/package-root.js";

/** The part of the core that package.json chooses for Node, and for no browser. */
const FOR_NODE = "runtime/node/";
/** Packages that the core may import: they run anywhere. */
const PORTABLE = [
  ...["@noble/hashes", "d3-dsv", "d3-random", "fastest-levenshtein", "ml-levenberg-marquardt", "ml-matrix"],
  ...["onnxruntime-web", "protobufjs", "pure-rand", "simple-statistics", "zod"],
];
const MOST_LINES = 300;

const house = readHouse(packageRoot);
const core = new Set(floors.flatMap(({ name, portable }) => (portable ? [name] : [])));
const byPath = new Map(house.map((file) => [file.path, file]));
const pair = (from: string, to: string) => `${from} -> ${to}`;
/** "ab" is an import of b by a. */
const edges = (...pairs: string[]) => pairs.map(([from, to]) => ({ from, to }));

test("the house is read: all of its files, each import to a file that is there", () => {
  expect(house.length).toBeGreaterThan(150);
  expect(new Set(house.map(({ floor }) => floor))).toContain("search");
  const missing = edgesOf(house).filter(({ to }) => !byPath.has(to));
  expect(missing).toEqual([]);
  expect(edgesOf(house)).toContainEqual({ from: "search/search.ts", to: "search/policy.ts" });
  expect(edgesOf(house)).toContainEqual({ from: "cli/weights.ts", to: "export/weights-table.ts" });
});

test("every folder of src is a floor", () => {
  const others = house.filter(({ floor }) => floor !== "" && floor !== "testing" && heightOf(floor) < 0);
  expect(others.map(({ path }) => path)).toEqual([]);
  expect(house.filter(({ floor }) => floor === "").map(({ path }) => path)).toEqual(["index.ts"]);
});

test("no file imports, by whatever way round, itself", () => {
  const circular = edgesOnCircles(edgesOf(house)).map(({ from, to }) => pair(from, to));
  expect(circular).toEqual([]);
});

test("a file imports from its own floor and from those below it", () => {
  const height = ({ floor, path }: SourceFile) => (path === "index.ts" ? floors.length : heightOf(floor));
  const upward = edgesOf(house.filter(({ floor }) => floor !== "testing"))
    .filter(({ from, to }) => {
      const [above, below] = [byPath.get(from)!, byPath.get(to)!];
      return below.floor === "testing" || height(below) > height(above);
    })
    .map(({ from, to }) => pair(from, to));
  expect(upward).toEqual([]);
});

test("the core is bound to no Node: neither what it imports nor what that imports", () => {
  const files = house.filter(({ path, floor }) => core.has(floor) && !path.startsWith(FOR_NODE));
  // What package.json chooses, a browser gets otherwise; of a type nothing is left at run time.
  const next = (path: string) =>
    byPath
      .get(path)!
      .imports.flatMap(({ specifier, files, typeOnly }) => (typeOnly || specifier.startsWith("#") ? [] : files));
  const reached = reachable(
    files.map(({ path }) => path),
    next,
  );
  const isPortable = (specifier: string) =>
    /^[.#]/.test(specifier) || PORTABLE.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  const bound = house
    .filter(({ path }) => reached.has(path))
    .flatMap(({ path, imports }) =>
      imports.filter(({ specifier }) => !isPortable(specifier)).map(({ specifier }) => pair(path, specifier)),
    );
  const writing = edgesOf(files).filter(({ to }) => byPath.get(to)!.floor === "files");
  expect([...bound, ...writing.map(({ from, to }) => pair(from, to))]).toEqual([]);
});

test(`no file has more than ${MOST_LINES} lines`, () => {
  const long = house.filter(({ lines }) => lines > MOST_LINES).map(({ path }) => path);
  expect(long).toEqual([]);
});

test("the picture of the floors shows them and their arrows as they are: npm run docs:floors draws it anew", () => {
  const committed = readFileSync(`${packageRoot}/docs/figures/floors.svg`, "utf8");
  expect(structureOf(committed)).toEqual(structureOf(floorsPicture(house)));
});

test("of what a floor stands on, arrows show only what does not follow from others", () => {
  expect(directEdges(edges("ab", "bc", "ac", "cd", "ad", "ed"))).toEqual(edges("ab", "bc", "cd", "ed"));
  const arrows = structureOf(floorsPicture(house)).arrows;
  expect(arrows).toContain("runtime graph");
  expect(arrows).not.toContain("cli base");
});

describe("circles", () => {
  test("are found with every edge that lies on one", () => {
    expect(edgesOnCircles(edges("ab", "bc", "ca", "cd", "ed"))).toEqual(edges("ab", "bc", "ca"));
    expect(edgesOnCircles(edges("aa", "ab"))).toEqual(edges("aa"));
  });

  test("are none where ways only meet again", () => {
    expect(edgesOnCircles(edges("ab", "ac", "bd", "cd"))).toEqual([]);
  });
});
