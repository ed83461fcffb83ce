import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCorpus } from "../../data/readers/corpus.js";
import { withDuckdb } from "../../files/duckdb.js";
import { writeSafetensors } from "../../files/safetensors.js";
import { refusal } from "../../testing/refusal.js";
import {
  tinyPerceptronConfig,
  tinyPerceptronSettings,
  tinyTransformerConfig,
  writeCorpus,
} from "../../testing/runs.js";
import { watchFiles } from "../../testing/watch-files.js";
import type { Config } from "../config/config.js";
import { resolveConfig } from "../config/resolve-config.js";
import { buildProblem } from "../problem/build-problem.js";
import { runSearch } from "../search/search-run.js";
import { runTraining } from "../training/train-run.js";
import { readSelection } from "./read-selection.js";
import { type SelectOptions, selectFromRun } from "./select-run.js";
import { recordPath } from "./selection-folder.js";

let folder = "";
const at = (name: string) => join(folder, name);
const steps = ["training.steps=4", "training.checkpointEvery=2", "training.batch=4"];
let config: Config;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "select-run-"));
  writeCorpus(at("corpus.txt"));
  config = tinyTransformerConfig(at("corpus.txt"), ...steps);
  await runTraining(config, at("run"), { threads: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const select = (changes: Partial<SelectOptions> & { run?: string } = {}) => {
  const { run = "run", ...options } = changes;
  const given = { corpus: [at("corpus.txt")], fraction: 0.5, out: at("out.jsonl"), threads: 1 };
  return selectFromRun(at(run), { ...given, ...options });
};

const readRows = (path: string): { document: string; text: string; score: number; tokens: number }[] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("documents of the run's validation and test sets are left out, and no others", async () => {
  const { unseenTexts } = await buildProblem(config);
  const { leftOut, documents, checkpoints } = await select({ fraction: 1, out: at("all.jsonl") });
  const all = (await readCorpus([at("corpus.txt")])).map(({ text }) => text);
  const selected = readRows(at("all.jsonl")).map(({ text }) => text);
  expect(unseenTexts!.size).toBeGreaterThan(1);
  expect(leftOut).toBe(all.filter((text) => unseenTexts!.has(text)).length);
  expect({ documents, selected }).toEqual({
    documents: all.length,
    selected: all.filter((text) => !unseenTexts!.has(text)),
  });
  expect(checkpoints).toMatchObject([{ step: 4 }]);
  expect(checkpoints[0].error).toBeLessThan(0.01);
});

describe("columns of the corpus", () => {
  const carry = { columns: ["stars"] };
  beforeAll(async () => {
    const texts = (await readCorpus([at("corpus.txt")])).map(({ text }) => text);
    const lines = texts.map((text, i) => JSON.stringify({ id: `doc-${i}`, text, ...(i > 0 && { stars: i / 2 }) }));
    writeFileSync(at("ids.jsonl"), lines.join("\n"));
  });

  test("go along with its documents, the ids without being asked for", async () => {
    const rows = async (out: string, changes: Partial<SelectOptions>) => {
      await select({ corpus: [at("ids.jsonl")], fraction: 1, out: at(out), ...changes });
      return readRows(at(out)) as (ReturnType<typeof readRows>[number] & Record<string, unknown>)[];
    };
    for (const { document, id, ...row } of await rows("plain-ids.jsonl", {})) {
      expect(document).toBe(`${at("ids.jsonl")}:${String(id).slice(4)}`);
      expect(Object.keys(row)).toEqual(["file", "row", "text", "score", "tokens"]);
    }
    const chosen = await rows("stars.jsonl", { carry });
    expect(chosen.length).toBeGreaterThan(30);
    for (const { id, row, stars } of chosen)
      expect([id, stars]).toEqual([`doc-${row}`, row === 0 ? null : Number(row) / 2]);

    await select({ corpus: [at("ids.jsonl")], fraction: 1, out: at("stars.parquet"), carry });
    const read = await withDuckdb((query) =>
      query(`SELECT * REPLACE (tokens::INT AS tokens) FROM read_parquet('${at("stars.parquet")}')`),
    );
    expect(read).toEqual(chosen);
  });

  test("that are not there, or in the table anyway, are refused before anything is scored", async () => {
    const refused = async (carry: SelectOptions["carry"], ...corpus: string[]) => {
      const message = await refusal(select({ corpus: corpus.map(at), out: at("no.jsonl"), carry }));
      expect([existsSync(at("no.jsonl")), existsSync(at("no.jsonl.partial"))]).toEqual([false, false]);
      return message.replaceAll(folder, "");
    };
    expect(await refused({ columns: ["star"] }, "ids.jsonl")).toContain(
      "/ids.jsonl has no column star: its columns are",
    );
    expect(await refused({ id: "id", columns: [] }, "ids.jsonl", "corpus.txt")).toBe(
      "/corpus.txt has no column id: a .txt file holds text alone",
    );
    expect(await refused({ columns: ["tokens"] }, "ids.jsonl")).toContain("the table has a column tokens of its own");
  });

  test("are what a selection that is continued was begun with", async () => {
    const out = at("begun-stars.jsonl");
    const begun = { corpus: [at("ids.jsonl")], out };
    await abortBegun({ ...begun, carry });
    expect(await refusal(select({ corpus: begun.corpus, out, resume: true }))).toContain(
      `was begun with columns ["stars"], and it is not set now`,
    );
    await select({ corpus: begun.corpus, out, resume: true, carry });
    expect(readRows(out)[0]).toHaveProperty("stars");
  });
});

test("documents with negative scores are counted, and the share that is named takes none and all others", async () => {
  const texts = (await readCorpus([at("corpus.txt")])).map(({ text }) => text);
  const spoiled = texts.map((text) => [...text].reverse().join("").repeat(2));
  writeFileSync(
    at("spoiled.txt"),
    [...texts, ...spoiled, "zzz qqq xxx jjj vvv", "aaaaaaaaaaaaaaaaaaaaaaaa"].join("\n\n"),
  );
  const corpus = [at("spoiled.txt")];
  const all = await select({ corpus, fraction: 1, out: at("negative.jsonl") });
  const rows = readRows(at("negative.jsonl"));
  const tokensOf = (some: typeof rows) => some.reduce((sum, { tokens }) => sum + tokens, 0);
  const positive = rows.filter(({ score }) => score > 0);
  expect(all.selectedNegative).toBe(rows.filter(({ score }) => score < 0).length);
  expect(all.selectedNegative).toBeGreaterThan(0);
  expect(all.positiveShare).toBeCloseTo(tokensOf(positive) / tokensOf(rows), 12);
  const fraction = Math.floor(all.positiveShare * 1000) / 1000;
  const helping = await select({ corpus, fraction, out: at("positive.jsonl") });
  expect(helping).toMatchObject({ selectedNegative: 0 });
  expect(readRows(at("positive.jsonl"))).toEqual(positive);
});

test("a compressed corpus is scored as it is uncompressed", async () => {
  writeFileSync(at("corpus.txt.gz"), gzipSync(readFileSync(at("corpus.txt"))));
  const scores = async (name: string) => {
    const out = at(`of-${name}.jsonl`);
    await select({ corpus: [at(name)], out });
    return readRows(out).map(({ text, score, tokens }) => ({ text, score, tokens }));
  };
  expect(await scores("corpus.txt.gz")).toEqual(await scores("corpus.txt"));
});

test("several checkpoints are evenly spread, the newest the last", async () => {
  const more = ["training.steps=10", "training.checkpointEvery=1", "training.batch=4"];
  await runTraining(tinyTransformerConfig(at("corpus.txt"), ...more), at("long"), { threads: 1 });
  const chosen = async (checkpoints: number) => {
    const summary = await select({ run: "long", checkpoints, out: at(`of-${checkpoints}.jsonl`) });
    return summary.checkpoints.map(({ step }) => step);
  };
  expect(await chosen(2)).toEqual([5, 10]);
  expect(await chosen(4)).toEqual([3, 5, 8, 10]);
});

test.each(["parquet", "jsonl"])(
  "killed at any moment and continued, a .%s has the same bytes and summary",
  async (format) => {
    const out = at(`watched.${format}`);
    const moments: string[] = [];
    let previous = "";
    const summary = await watchedSelection();
    async function watchedSelection() {
      let result: Awaited<ReturnType<typeof select>> | undefined;
      await watchFiles(
        async () => {
          result = await select({ out });
        },
        () => {
          const work = `${out}.partial`;
          const now = JSON.stringify([existsSync(work) && readdirSync(work), existsSync(out)]);
          if (now === previous || !existsSync(work)) return;
          previous = now;
          const moment = at(`moment-${format}-${moments.length}`);
          mkdirSync(moment);
          cpSync(work, join(moment, `out.${format}.partial`), { recursive: true });
          for (const [from, name] of [
            [out, `out.${format}`],
            [recordPath(out), recordPath(`out.${format}`)],
          ])
            if (existsSync(from)) copyFileSync(from, join(moment, name));
          moments.push(join(moment, `out.${format}`));
        },
      );
      return result;
    }
    expect(moments.length).toBeGreaterThan(7);
    const record = readSelection(out);
    expect(record).toMatchObject({ summary, fraction: 0.5, files: [{ name: at("corpus.txt") }] });
    for (const moment of moments) {
      const continued = await select({ out: moment, resume: true });
      expect(readFileSync(moment)).toEqual(readFileSync(out));
      expect({ ...continued, out }).toEqual(summary);
      expect({ ...readSelection(moment), summary }).toEqual(record);
      expect(existsSync(`${moment}.partial`)).toBe(false);
    }
  },
);

/** Begins a selection and aborts it as soon as it tells of its progress. */
async function abortBegun(options: Parameters<typeof select>[0]): Promise<void> {
  const controller = new AbortController();
  const onProgress = () => controller.abort(new Error("enough"));
  await expect(select({ ...options, signal: controller.signal, onProgress })).rejects.toThrow("enough");
}

test("aborted while the run's data are read, or the run's model, it leaves nothing", async () => {
  const out = at("early.jsonl");
  await expect(select({ out, signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  for (const begin of ["onStage", "onBatch"]) {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error("enough"));
    await expect(select({ out, signal: controller.signal, [begin]: abort })).rejects.toThrow("enough");
  }
  expect(existsSync(`${out}.partial`)).toBe(false);
});

test("aborted before anything is scored, it can be continued; failed, it leaves nothing", async () => {
  const out = at("aborted.jsonl");
  await abortBegun({ out });
  expect(await refusal(select({ out }))).toBe(
    `${out}.partial exists; continue that selection with --resume, or remove it`,
  );
  expect(await refusal(select({ out, fraction: 0.25, resume: true }))).toBe(
    `${out}.partial was begun with fraction 0.5, and it is 0.25 now; continue it as it was begun, or remove it`,
  );
  await select({ out, resume: true });
  expect(readFileSync(out)).toEqual(readFileSync(await finished()));

  async function finished() {
    const other = at("not-aborted.jsonl");
    await select({ out: other });
    return other;
  }
});

test("a selection that is damaged is not continued", async () => {
  const out = at("damaged.jsonl");
  const file = (name: string) => join(`${out}.partial`, name);
  const damaged = (name: string) => `${file(name)} is damaged: it is not what learning-law wrote there`;
  await abortBegun({ out, distil: 30 });
  const begun = readFileSync(file("begun.json"));
  writeFileSync(file("begun.json"), "{");
  expect(await refusal(select({ out, distil: 30, resume: true }))).toBe(damaged("begun.json"));
  writeFileSync(file("begun.json"), begun);

  const weights = { data: new Float64Array(2 ** 16), shape: [2 ** 16] };
  const intercept = { data: Float64Array.of(0), shape: [] };
  for (const [tensors, quality] of [
    [{ weights, intercept }, "{}"],
    [{ weights }, '{"windows":1,"heldOutWindows":1,"lambda":1,"pearson":1,"spearman":1}'],
  ] as const) {
    writeSafetensors(file("scorer.safetensors"), tensors, { quality });
    expect(await refusal(select({ out, distil: 30, resume: true }))).toBe(damaged("scorer.safetensors"));
  }

  // Killed when the selection had its name already.
  writeFileSync(out, "mine");
  writeFileSync(file("summary.json"), '{"out":"damaged.jsonl","documents":-1}');
  expect(await refusal(select({ out, resume: true }))).toBe(damaged("summary.json"));
  expect(readFileSync(out, "utf8")).toBe("mine");

  const documents = { documents: 1, tokens: 1, selectedDocuments: 1, selectedTokens: 1, leftOut: 0, threshold: 0 };
  const earlier = { out, run: "run", ...documents, checkpoints: [] };
  writeFileSync(file("summary.json"), JSON.stringify(earlier));
  expect(await refusal(select({ out, resume: true }))).toBe(
    `${out} is finished; remove ${out}.partial, which an earlier version left`,
  );
  const other = { ...earlier, selectedNegative: 0, positiveShare: 1, sha256: "of another file" };
  writeFileSync(file("summary.json"), JSON.stringify(other));
  expect(await refusal(select({ out, resume: true }))).toBe(
    `${out} is not what was selected; remove it, or move it away`,
  );
});

describe("bad input is refused in one sentence, and nothing is written over", () => {
  beforeAll(async () => {
    await runTraining(tinyPerceptronConfig("training.steps=2"), at("perceptron"), { threads: 1 });
    await runSearch(resolveConfig("perceptron", tinyPerceptronSettings), at("searched"), { threads: 1 });
    for (const [name, ...changes] of [["other"], ["wider", "model.width=16"], ["begun"]])
      await runTraining(tinyTransformerConfig(at("corpus.txt"), ...steps, ...changes), at(name), { threads: 1 });
    copyFileSync(at("wider/checkpoints/step-000004.safetensors"), at("other/checkpoints/step-000004.safetensors"));
    writeFileSync(at("begun/state.json"), '{"step":0,"curveBytes":0}');
    copyFileSync(at("corpus.txt"), at("changed.txt"));
    await runTraining(tinyTransformerConfig(at("changed.txt"), ...steps), at("changed"), { threads: 1 });
    writeCorpus(at("changed.txt"), 61);
    writeFileSync(at("empty.txt"), "\n\n");
    writeFileSync(at("broken.jsonl"), '{"text":"the big cat"}\n{"text":\n');
    const { unseenTexts } = await buildProblem(config);
    writeFileSync(at("unseen.txt"), [...unseenTexts!].join("\n\n"));
    writeFileSync(at("there.jsonl"), "mine");
    writeFileSync(at("begun.jsonl.partial"), "mine");
    writeFileSync(recordPath(at("kept.jsonl")), '{"mine":1}');
  });

  const corpus = (name: string) => ({ corpus: [at(name)] });
  const out = (name: string) => ({ out: at(name) });
  const cases: () => [string, Parameters<typeof select>[0], string][] = () => [
    ["no run", { run: "none" }, "there is no run /none"],
    ["a search", { run: "searched" }, "/searched is the directory of a search, and that of a training is wanted"],
    ["a perceptron's run", { run: "perceptron" }, "/perceptron is the run of a perceptron, which reads no text"],
    ["a run without a checkpoint", { run: "begun" }, "/begun has no checkpoint yet; continue it with train --resume"],
    ["a checkpoint of another model", { run: "other" }, "is a checkpoint of another model: embedding should be"],
    ["a run whose data have changed", { run: "changed" }, "the data of /changed has changed since the training"],
    ["more checkpoints than there are", { checkpoints: 3 }, "/run keeps 2 checkpoints, and 3 are asked for"],
    ["no corpus", corpus("none*.txt"), "No file matches /none*.txt"],
    ["a corpus without text", corpus("empty.txt"), "The corpus is empty: /empty.txt holds no text."],
    ["a broken corpus", corpus("broken.jsonl"), "/broken.jsonl, line 2 is not valid JSON"],
    ["a corpus that must not be selected", corpus("unseen.txt"), "no document of the corpus can be selected: "],
    ["a fraction of 0", { fraction: 0 }, "the fraction must be above 0 and at most 1, got 0"],
    ["a fraction above 1", { fraction: 1.1 }, "the fraction must be above 0 and at most 1, got 1.1"],
    ["another extension", out("out.csv"), "/out.csv must end in .parquet or .jsonl"],
    ["a folder that is not there", out("no/out.jsonl"), "cannot write /no/out.jsonl: there is no folder /no"],
    ["a file that is there", out("there.jsonl"), "/there.jsonl exists; remove it or choose another --out"],
    [
      "a selection that is begun",
      out("begun.jsonl"),
      "/begun.jsonl.partial exists; continue that selection with --resume",
    ],
    [
      "a record that is no selection's",
      out("kept.jsonl"),
      "/kept.jsonl.selection.json exists and is no record of a selection; move it or choose another --out",
    ],
    ["nothing to continue", { resume: true }, "there is no selection to continue: /out.jsonl.partial does not exist"],
    ["a sample that is too small", { distil: 2 }, "the corpus has too few documents to distil a scorer from"],
  ];
  test.each(cases().map(([name], i) => [name, i] as const))("%s", async (_, i) => {
    const [, options, message] = cases()[i];
    expect((await refusal(select(options))).replaceAll(folder, "")).toContain(message);
    for (const name of ["out.jsonl", "out.jsonl.partial", "out.csv"]) {
      // What was scored is kept; what is wrong with it stays wrong.
      if (name === "out.jsonl.partial" && options?.corpus?.[0] === at("unseen.txt"))
        rmSync(at(name), { recursive: true });
      expect(existsSync(at(name)), name).toBe(false);
    }
    for (const name of ["there.jsonl", "begun.jsonl.partial"]) expect(readFileSync(at(name), "utf8")).toBe("mine");
    expect(readFileSync(recordPath(at("kept.jsonl")), "utf8")).toBe('{"mine":1}');
  });
});
