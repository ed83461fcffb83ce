import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../base/random.js";
import { withDuckdb } from "../files/duckdb.js";
import { command, sets } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "weights-"));
  writeCorpus(join(folder, "corpus.txt"));
  // A long step of the search, so that some weights become zero.
  const settings = sets([...tinyTransformerSettings("corpus.txt"), "search.epsilon=50", "search.epochs=1"]);
  await command(folder, "search", "quickstart", ...settings, "--threads", "1", "--out", "run");
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const place = ["example", "document", "file", "row"];
const columns = [
  ...[...place, "window", "start", "end", "text", "tokens", "weight"],
  ...["firstStep", "lastStep", "perturbed"],
];
const rowsOf = (name: string) =>
  readFileSync(at(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
/** As Python cuts a text: by code points. */
const cut = (text: string, start: number, end: number) => [...text].slice(start, end).join("");

test("from another folder the run's corpus is found, and the rows are the same", async () => {
  const elsewhere = at("elsewhere");
  mkdirSync(elsewhere);
  expect((await command(folder, "weights", "run", "--out", "here.jsonl")).code).toBe(0);
  expect((await command(elsewhere, "weights", "../run", "--out", "../there.jsonl")).code).toBe(0);
  expect(rowsOf("there.jsonl")).toEqual(rowsOf("here.jsonl"));
  expect(Object.keys(rowsOf("there.jsonl")[0])).toEqual(columns);
});

test("the weights of a run are one row per example, the same in both formats", async () => {
  const printed = await command(folder, "weights", "run", "--out", "weights.jsonl", "--json");
  expect(printed.code).toBe(0);
  const rows = rowsOf("weights.jsonl");
  expect(rows.map(({ example }) => example)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(columns);
    expect(row.document).toMatch(/^corpus\.txt:\d+$/);
    expect(`${row.file}:${row.row}`).toBe(row.document);
    expect(row.text).toMatch(/[a-z]/);
    expect(row.firstStep === null).toBe(row.weight === 0);
  }
  // Relative to uniform: 1 is an ordinary example.
  expect(rows.reduce((total, { weight }) => total + weight, 0) / rows.length).toBeCloseTo(1, 5);
  const perturbed = rows.map((row) => row.perturbed);
  const origins = readFileSync(at("run/examples.jsonl"), "utf8").trimEnd().split("\n");
  expect(perturbed).toEqual(origins.map((line) => JSON.parse(line).perturbed));
  expect(JSON.parse(printed.stdout)).toEqual({
    out: "weights.jsonl",
    epoch: expect.any(Number),
    ...{ rows: 12, examples: 12 },
    documents: new Set(rows.map(({ document }) => document)).size,
    withoutWeight: rows.filter(({ weight }) => weight === 0).length,
    checkpoints: [],
    absent: {
      belief: "a search has weights for every step, and no belief beside them",
      ...Object.fromEntries(
        ["score", "loss", "lossDrop"].map((name) => [name, "a search keeps no model; train --policy RUN makes one"]),
      ),
    },
  });
  const documents = readFileSync(at("corpus.txt"), "utf8").split("\n\n");
  for (const { row, start, end, text, perturbed } of rows)
    if (!perturbed) expect(cut(documents[row], start, end).trim()).toBe(text.trim());

  const { code, stdout } = await command(folder, "weights", "run", "--out", "weights.parquet");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^weights\.parquet: 12 rows\.\n12 examples under epoch \d, \d+ never with weight, of \d+ documents: data\.examples is 12, .*\nWithout belief: a search .*\nWithout score, loss, lossDrop: a search keeps no model; .*\.\n$/,
  );
  const read = await withDuckdb((query) =>
    query(`SELECT * FROM read_parquet('${at("weights.parquet")}') ORDER BY example`),
  );
  expect(read).toEqual(rows);
});

test("the weights of a training are what its policy gave each example that it drew", async () => {
  const training = ["training.steps=3", "training.batch=4", "training.policy=highest-loss"];
  const settings = sets([...tinyTransformerSettings("corpus.txt"), ...training]);
  const trained = await command(folder, "train", "quickstart", ...settings, "--threads", "1", "--out", "trained");
  expect(trained.code).toBe(0);
  const { code, stdout } = await command(folder, "weights", "trained", "--out", "trained.jsonl", "--json");
  expect(code).toBe(0);
  const rows = rowsOf("trained.jsonl");
  // Twelve examples are drawn once each in three batches of four, of which half get twice the uniform weight.
  expect(rows.map(({ weight }) => weight).sort()).toEqual([0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]);
  for (const { weight, firstStep, lastStep } of rows) {
    expect(firstStep).toBe(lastStep);
    expect([1, 2, 3].includes(firstStep)).toBe(weight > 0);
  }
  expect(JSON.parse(stdout)).toEqual({
    out: "trained.jsonl",
    ...{ step: 3, rows: 12, examples: 12 },
    documents: expect.any(Number),
    ...{ withoutWeight: 6, checkpoints: [3] },
    absent: { belief: "the policy highest-loss keeps none", lossDrop: "the run keeps one checkpoint alone" },
  });
});

describe("a corpus with ids", () => {
  // Every third document is of random letters, which nobody wants.
  const SIGNS = [..."abcdefghijklm   😀é☃"];
  const random = createRandom(1, "letters");
  const letters = () => Array.from({ length: 24 }, () => SIGNS[random.integer(SIGNS.length)]).join("");
  const documents = Array.from({ length: 60 }, (_, i) => ({
    ...{ id: `doc-${i}`, url: `https://example.org/${i}`, stars: i % 5, spoiled: i % 3 === 0 },
    text: `  ${i % 3 === 0 ? `😀 ${letters()} ☃` : `${["", "the cat sees a dog", "über the bird a tree"][i % 3]} ${i} and the moon`} `,
  }));
  beforeAll(async () => {
    const lines = (some: readonly object[]) => some.map((row) => `${JSON.stringify(row)}\n`).join("");
    writeFileSync(at("ids.jsonl"), lines(documents));
    writeFileSync(
      at("wanted.jsonl"),
      lines(documents.filter((_, i) => i % 3 === 1).map(({ text }) => ({ text: `${text} again` }))),
    );
    const training = ["training.steps=60", "training.batch=16", "training.checkpointEvery=20", "training.policy=law"];
    const data = ["data.perturbed=0", "data.examples=100", "data.desired=wanted.jsonl", "data.vocabulary=60"];
    const settings = sets([...tinyTransformerSettings("ids.jsonl"), ...training, ...data]);
    const { code, stderr } = await command(
      folder,
      "train",
      "quickstart",
      ...settings,
      "--threads",
      "1",
      "--out",
      "law",
    );
    expect(`${code} ${stderr}`).toMatch(/^0 /);
  });
  const weigh = (...args: string[]) => command(folder, "weights", "law", "--threads", "1", ...args);

  test("joins with its weights by id, windows and documents", async () => {
    expect((await weigh("--out", "w.parquet", "--columns", "stars,spoiled")).code).toBe(0);
    const joined = await withDuckdb((query) =>
      query(`SELECT c.text AS whole, c.stars AS their, c.spoiled AS known, w.*
        FROM read_json('${at("ids.jsonl")}') c JOIN '${at("w.parquet")}' w USING (id)`),
    );
    expect(joined).toHaveLength(100);
    for (const row of joined) {
      const { whole, start, end, text } = row as { whole: string; start: number; end: number; text: string };
      // Where a character is cut, the window reads a part of it, and its place is all of it.
      if (text.includes("\ufffd")) expect(cut(whole, start, end)).toContain(text.replaceAll("\ufffd", "").trim());
      else expect(cut(whole, start, end).trim()).toBe(text.trim());
      expect([Number(row.stars), row.spoiled]).toEqual([Number(row.their), row.known]);
      expect(row.id).toBe(`doc-${row.row}`);
      expect(row.belief).toBeGreaterThanOrEqual(0);
      expect(row.belief).toBeLessThanOrEqual(1);
    }

    expect((await weigh("--out", "d.parquet", "--per", "document")).code).toBe(0);
    const [found] = await withDuckdb((query) =>
      query(`SELECT count(*)::INT AS documents, sum(windows)::INT AS windows, sum(weight) AS weight,
          avg(lossDrop) FILTER (c.spoiled) AS spoiled, avg(lossDrop) FILTER (NOT c.spoiled) AS clean,
          avg(score) FILTER (c.spoiled) AS harmful, avg(score) FILTER (NOT c.spoiled) AS helpful
        FROM read_json('${at("ids.jsonl")}') c JOIN '${at("d.parquet")}' d USING (id)`),
    );
    const windows = joined as { weight: number | null; document: string }[];
    expect(found.documents).toBe(new Set(windows.map(({ document }) => document)).size);
    expect(found.windows).toBe(100);
    expect(found.weight).toBeCloseTo(
      windows.reduce((sum, { weight }) => sum + (weight ?? 0), 0),
      9,
    );
    // What is known to be unwanted is learned less, and contributes less.
    expect(found.spoiled).toBeLessThan((found.clean as number) - 0.1);
    expect(found.harmful).toBeLessThan((found.helpful as number) - 0.5);
  });

  test("gives the column of its ids that is asked for, the same in both formats", async () => {
    expect((await weigh("--out", "u.jsonl", "--id", "url", "--columns", "stars")).code).toBe(0);
    const rows = rowsOf("u.jsonl");
    expect(Object.keys(rows[0])).toEqual([
      ...[...place, "id", "stars", "window", "start", "end", "text", "tokens"],
      ...["weight", "belief", "score", "loss", "lossDrop", "firstStep", "lastStep", "perturbed"],
    ]);
    for (const { id, row, stars } of rows) expect([id, stars]).toEqual([documents[row].url, documents[row].stars]);
    expect((await weigh("--out", "u.parquet", "--id", "url", "--columns", "stars")).code).toBe(0);
    const read = await withDuckdb((query) => query(`SELECT * REPLACE (stars::INT AS stars) FROM '${at("u.parquet")}'`));
    expect(read).toEqual(rows);
  });

  test("is refused a column that it has not, or that the table has, and nothing is written", async () => {
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await weigh("--out", "no.jsonl", ...args);
      expect([code, stdout, existsSync(at("no.jsonl"))]).toEqual([2, "", false]);
      return stderr.trim();
    };
    expect(await refused("--id", "uri")).toBe(
      "learning-law: ids.jsonl has no column uri: its columns are id, url, stars, spoiled, text; did you mean url?",
    );
    expect(await refused("--columns", "stars,score")).toBe(
      "learning-law: the table has a column score of its own; rename that of the corpus, or leave it out",
    );
    expect(await refused("--id", "url", "--columns", "id")).toBe(
      "learning-law: url is called id in the table, so id cannot stand there too; leave one out",
    );
    expect(await refused("--checkpoints", "4")).toBe("learning-law: law keeps 3 checkpoints, and 4 are asked for");
  });

  test("may be gone: then what needs it is absent, with the reason, unless it is asked for", async () => {
    renameSync(at("ids.jsonl"), at("gone.jsonl"));
    try {
      const { code, stdout } = await weigh("--out", "gone-weights.jsonl");
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /\nWithout tokens, start, end, score, loss, lossDrop: No file matches ids\.jsonl in .*\.\n$/,
      );
      expect(Object.keys(rowsOf("gone-weights.jsonl")[0])).toEqual([
        ...[...place, "window", "text", "weight", "belief", "firstStep", "lastStep", "perturbed"],
      ]);
      const refused = await weigh("--out", "asked.jsonl", "--id", "url");
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("No file matches ids.jsonl")]);
      // Other documents in its place.
      writeFileSync(at("ids.jsonl"), readFileSync(at("gone.jsonl"), "utf8").replaceAll("cat", "cow"));
      const changed = await weigh("--out", "changed-weights.jsonl");
      expect(changed.stdout).toContain(
        "the data of law has changed since the run began; restore it to have all columns.",
      );
    } finally {
      renameSync(at("gone.jsonl"), at("ids.jsonl"));
    }
  });
});

test("--help fits 80 columns", async () => {
  const { stdout } = await command(folder, "weights", "--help");
  for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  for (const column of [...columns, "belief", "score", "loss", "lossDrop", "id"]) expect(stdout).toContain(column);
});
