/**
 * Keeps a page open on a training that is evaluated after every step, and says whether page and server stay small and quick:
 * the page's memory, its longest task, what the server holds, and what was sent.
 *
 *   npm run soak:page -- [--evaluations 100000]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { packageRoot } from "../src/files/package-root.js";

/** What the page may grow by, in bytes, and how long a task of it may take, in milliseconds. */
const MOST_GROWTH = 50e6;
const LONGEST_TASK = 200;
/** Evaluations after which the page's memory is first measured. */
const FIRST = 1000;

const { values: given } = parseArgs({ options: { evaluations: { type: "string", default: "100000" } } });
const evaluations = Number(given.evaluations);
if (!(evaluations > FIRST)) throw new Error(`--evaluations must be a number above ${FIRST}`);

const main = join(packageRoot, "dist", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "learning-law-page-"));
const children: ChildProcess[] = [];

function start(...words: string[]): ChildProcess {
  const child = spawn(process.execPath, [main, ...words], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

/** A training so small that it is evaluated some hundred times a second. */
function train(): ChildProcess {
  writeFileSync(
    join(folder, "corpus.txt"),
    Array.from({ length: 60 }, (_, i) => `the cat sees dog ${i} and the sun`.repeat(3)).join("\n\n"),
  );
  const settings = [
    ...["model.layers=1", "model.width=8", "model.heads=2", "model.feedForward=16", "data.train=corpus.txt"],
    ...["data.vocabulary=50", "data.length=8", "data.examples=8", "data.desiredExamples=4", "training.batch=4"],
    ...[`training.steps=${evaluations}`, "training.evaluateEvery=1", "training.checkpointEvery=1000"],
  ];
  const sets = settings.flatMap((setting) => ["--set", setting]);
  return start("train", "quickstart", ...sets, "--threads", "1", "--out", "runs/long");
}

function link(server: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    server.stdout!.setEncoding("utf8").on("data", (part) => {
      text += part;
      const [found] = /http:\/\/\S+/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
}

/** Tasks of the page of more than 50 ms, in milliseconds, but for those of measuring its memory. */
const tasks: number[] = [];

async function takeTasks(page: Page): Promise<void> {
  tasks.push(...((await page.evaluate("window.tasks.splice(0)")) as number[]));
}

/** The bytes that the page's JavaScript holds once garbage is collected. */
async function heap(page: Page, session: CDPSession): Promise<number> {
  await takeTasks(page);
  await session.send("HeapProfiler.collectGarbage");
  await wait(500);
  await page.evaluate("window.tasks.splice(0)");
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "JSHeapUsedSize")!.value;
}

const stepsShown = async (page: Page) =>
  Number((await page.locator("dd").first().innerText()).split(" ")[0].replaceAll(",", ""));

function resident(pid: number): string {
  const path = `/proc/${pid}/status`;
  return existsSync(path) ? (/VmRSS:\s+(.*)/.exec(readFileSync(path, "utf8"))?.[1] ?? "?") : "?";
}

async function watch(): Promise<boolean> {
  const training = train();
  const server = start("serve", "--port", "0");
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const address = await link(server);
    await page.goto(address);
    await page.waitForURL((url) => url.search === "");
    while (!existsSync(join(folder, "runs", "long", "curve.jsonl"))) await wait(200);
    await page.goto(`${new URL(address).origin}/?run=long`);
    await page.locator("canvas").first().waitFor();
    await page.evaluate(
      "window.tasks = []; new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) " +
        'window.tasks.push(duration); }).observe({ type: "longtask" });',
    );
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    while ((await stepsShown(page)) < FIRST) await wait(200);
    const [before, began] = [await heap(page, session), performance.now()];
    const first = await stepsShown(page);
    console.log(`after ${first} evaluations: page ${megabytes(before)}, server ${resident(server.pid!)}`);
    let most = before;
    let told = performance.now();
    for (let shown = first; shown < evaluations && training.exitCode === null; shown = await stepsShown(page)) {
      await wait(1000);
      if (performance.now() - told < 60_000) continue;
      told = performance.now();
      const now = await heap(page, session);
      most = Math.max(most, now);
      const rate = (shown - first) / ((told - began) / 1000);
      console.log(
        `${shown} evaluations, ${rate.toFixed(0)} a second: page ${megabytes(now)}, server ${resident(server.pid!)}`,
      );
    }
    await page.getByText("✓ finished").waitFor();
    most = Math.max(most, await heap(page, session));
    const longest = Math.max(0, ...tasks);
    console.log(
      `in the end: grown by ${megabytes(most - before)} (at most ${megabytes(MOST_GROWTH)}), ${tasks.length} tasks above 50 ms, the longest ${longest.toFixed(0)} ms (at most ${LONGEST_TASK})`,
    );
    return most - before < MOST_GROWTH && longest <= LONGEST_TASK;
  } finally {
    await browser.close();
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

try {
  process.exitCode = (await watch()) ? 0 : 1;
} finally {
  for (const child of children) child.kill("SIGKILL");
  await wait(200);
  rmSync(folder, { recursive: true, force: true });
}
