import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";

/** Imports an entry of the package; the debugger says which scripts that loaded. */
const importing = (entry: string) => `
  import { Session } from "node:inspector";
  const session = new Session();
  session.connect();
  const scripts = [];
  session.on("Debugger.scriptParsed", ({ params }) => scripts.push(params.url));
  session.post("Debugger.enable");
  const names = Object.keys(await import("${entry}"));
  console.log(JSON.stringify({ scripts, names }));
`;

/** What a script prints as JSON in a fresh process for which `learning-law` is the compiled package. */
async function inPackage(script: string) {
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: inject("packageUnderTest") });
  return JSON.parse(stdout);
}

/** The names that an entry exports, and the packages that importing it loads. */
async function imported(entry: string): Promise<{ names: string[]; packages: string[] }> {
  const { scripts, names } = (await inPackage(importing(entry))) as { scripts: string[]; names: string[] };
  const packages = scripts.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  return { names, packages: [...new Set(packages)] };
}

/** Native, large, or of another world than the floors that compute. */
const heavy = ["@duckdb/node-api", "jsdom", "tokenizers", "@resvg/resvg-js", "onnxruntime-web"];
const runtime = "onnxruntime-node";

test.concurrent.each([
  ["search", "search"],
  ["training", "train"],
  ["passes", undefined],
  ["measures", "measureLearning"],
  ["runtime", "compile"],
])("learning-law/%s computes without readers, pages and browsers", async (floor, name) => {
  const { names, packages } = await imported(`learning-law/${floor}`);
  if (name !== undefined) expect(names).toContain(name);
  for (const each of heavy) expect(packages).not.toContain(each);
});

test.concurrent.each([
  ["base", "createRandom"],
  ["graph", "grad"],
  ["models", "transformer"],
  ["curves", "fitScalingLaw"],
  ["compression", "compress"],
])("learning-law/%s needs no runtime either", async (floor, name) => {
  const { names, packages } = await imported(`learning-law/${floor}`);
  expect(names).toContain(name);
  for (const each of [...heavy, runtime]) expect(packages).not.toContain(each);
});

test("what a process loaded is seen, native packages too", async () => {
  const { names, packages } = await imported("learning-law");
  for (const each of ["jsdom", "tokenizers"]) expect(packages).toContain(each);
  for (const each of ["@duckdb/node-api", runtime, "onnxruntime-web"]) expect(packages).not.toContain(each);
  expect(names).toEqual(expect.arrayContaining(["search", "train", "readCorpus", "runSearch", "writeReport"]));
});

test("every floor with an entry is found by its name", async () => {
  const floors = readdirSync(join(inject("packageUnderTest"), "dist"), { recursive: true }).flatMap(
    (path) => /^([^/]+)\/index\.js$/.exec(`${path}`)?.[1] ?? [],
  );
  const expected = "base curves data export graph measures models passes report runs runtime search training";
  expect(floors).toEqual(expect.arrayContaining(expected.split(" ")));
  const specifiers = ["", "/runtime/web", ...floors.map((floor) => `/${floor}`)].map((path) => `learning-law${path}`);
  const found = await inPackage(`
    import { existsSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const isThere = (specifier) => existsSync(fileURLToPath(import.meta.resolve(specifier)));
    console.log(JSON.stringify(${JSON.stringify(specifiers)}.filter(isThere)));
  `);
  expect(found).toEqual(specifiers);
});
