import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { sets, start } from "../testing/command.js";
import { writeCorpus } from "../testing/runs.js";

const folder = mkdtempSync(join(tmpdir(), "memory-"));
writeFileSync(
  join(folder, "peak.mjs"),
  'import { writeFileSync } from "node:fs";\n' +
    'process.on("exit", () => writeFileSync("peak-" + process.pid, String(process.resourceUsage().maxRSS / 1024)));\n',
);
writeCorpus(join(folder, "corpus.txt"), 200);
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

/** 900,000 parameters, 3.5 MiB a state, of which there are 11. */
const TEXT = ["data.train=corpus.txt", "data.tokenizer=mistral", "data.examples=16", "data.desiredExamples=4"];
const SIZES = [
  ...["model.width=128", "model.feedForward=512", "data.vocabulary=2000"],
  ...[...TEXT, "learning.steps=10", "search.epochs=1"],
];
/** MiB: what the program takes beside what grows with the problem. */
const BESIDE = 500;

/** Runs a command and says what it took at its peak, in MiB. */
async function peakOf(...args: string[]) {
  vi.stubEnv("NODE_OPTIONS", `--import ${join(folder, "peak.mjs")}`);
  const running = start(folder, ...args);
  const finished = await running.finished;
  return { ...finished, peak: Number(readFileSync(join(folder, `peak-${running.process.pid}`), "utf8")) };
}

test("a search takes no more than its memory beside the program itself, or is refused with what it takes", async () => {
  const search = (memory: string) =>
    peakOf("search", "quickstart", ...sets(SIZES), "--memory", memory, "--threads", "1", "--out", memory);
  const refused = await search("32MiB");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^learning-law: this takes [78]\d(\.\d)?MiB of memory .*--memory allows 32MiB; raise it, or /m,
  );
  const { code, peak } = await search("88MiB");
  expect(code).toBe(0);
  expect(peak).toBeLessThan(BESIDE + 88);
}, 240_000);

test("examples that would need more than the memory are refused before anything is read", async () => {
  const long = ["data.train=none.jsonl", "data.length=65536", "data.examples=1000000"];
  const { code, stderr } = await peakOf("search", "quickstart", ...sets(long), "--out", "long");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^learning-law: the examples alone take 488\.\dGiB, and --memory allows /m);
});

test("a batch of more examples than there are is refused before anything is read", async () => {
  const batch = ["data.train=none.jsonl", "data.examples=64", "training.batch=1000000000"];
  const { code, stderr } = await peakOf("train", "quickstart", ...sets(batch), "--out", "batch");
  expect(code).toBe(2);
  expect(stderr.trim()).toBe(
    "learning-law: training.batch is 1000000000, and data.examples, of which a batch takes each at most once, is 64; lower " +
      "training.batch to 64 at most",
  );
});

test("an example so long that its attention does not fit is refused", async () => {
  const { code, stderr, peak } = await peakOf(
    ...["search", "quickstart", ...sets([...TEXT, "data.length=65536"]), "--out", "example"],
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/this takes [\d.]+TiB of memory/);
  expect(peak).toBeLessThan(1200);
}, 120_000);
