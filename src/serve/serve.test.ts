import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { stringify } from "yaml";
import { buildPageOnce } from "../../scripts/build-page.mjs";
import { drawFigures } from "../report/figures/all.js";
import { readReportData } from "../report/report-data.js";
import { evaluateRun } from "../runs/evaluation/evaluate-run.js";
import { runSearch } from "../runs/search/search-run.js";
import { runTraining } from "../runs/training/train-run.js";
import { launchChromium, noChromium } from "../testing/chromium.js";
import { tinyPerceptronConfig, tinyTransformerConfig } from "../testing/runs.js";
import { askPlainly, type Serving, serve } from "../testing/serving.js";

/** A name that would be markup. */
const NAME = `law "x" <b onclick='hacked=1'>`;
const MARKUP = "<script>hacked=1</script><img src=x onerror=hacked=1>";

let folder = "";
let serving: Serving;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "serve-"));
  const built = buildPageOnce(join(inject("packageUnderTest"), "dist", "serve", "page"));
  const documents = Array.from(
    { length: 60 },
    (_, i) => `the cat ${MARKUP} sees dog number ${i} and the sun and hides under a tree`,
  );
  writeFileSync(at("corpus.txt"), documents.join("\n\n"));
  const steps = ["training.steps=40", "training.evaluateEvery=4", "training.batch=4", "data.length=24"];
  const config = tinyTransformerConfig(at("corpus.txt"), ...steps);
  await runTraining(config, at("runs", "plain"), { threads: 1 });
  await runTraining({ ...config, training: { ...config.training!, policy: { name: "law" } } }, at("runs", NAME), {
    threads: 1,
  });
  await runSearch(tinyPerceptronConfig(), at("runs", "found"), { threads: 1 });
  await evaluateRun(at("runs", "found"), { threads: 1 });
  mkdirSync(at("runs", "empty"));
  mkdirSync(at("runs", "half"));
  writeFileSync(at("runs", "half", "config.yaml"), "seed: 1\n");
  cpSync(at("runs", "plain"), at("runs", "damaged"), { recursive: true });
  writeFileSync(at("runs", "damaged", "config.yaml"), "seed: 1\n");
  writeFileSync(at("secret"), "secret");
  symlinkSync(folder, at("runs", "out"));
  // What the form begins with: long enough to be stopped.
  writeFileSync(
    at("tiny.yaml"),
    stringify({ ...config, training: { ...config.training, steps: 1000, evaluateEvery: 20 } }),
  );
  await built;
  serving = await serve(folder, "--port", "0");
});
afterAll(() => {
  serving?.process.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

describe("the server", () => {
  const own = () => ({ host: `127.0.0.1:${serving.port}` });
  let cookie = "";
  let change = "";
  const ask = (path: string, headers: Record<string, string> = {}) =>
    askPlainly(serving.port, path, { ...own(), cookie, ...headers });
  const post = (path: string, headers: Record<string, string>, body = "{}") =>
    askPlainly(serving.port, path, { ...own(), cookie, ...headers }, { method: "POST", body });

  test("answers nobody without its token: neither page nor file nor data", async () => {
    for (const path of ["/", "/?token=", "/?token=wrong", "/api/session", "/api/list", "/api/curve.csv?run=plain"])
      expect((await askPlainly(serving.port, path, own())).status, path).toBe(403);
    expect(
      (await askPlainly(serving.port, "/", { ...own(), cookie: `learning-law-${serving.port}=wrong` })).status,
    ).toBe(403);
  });

  test("turns the token of the link into a cookie that scripts and other sites do not get", async () => {
    const { status, headers, body } = await askPlainly(serving.port, serving.link.slice(serving.origin.length), own());
    expect(status).toBe(200);
    expect(headers["set-cookie"]).toEqual([
      expect.stringMatching(/^learning-law-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(body).not.toContain(new URL(serving.link).searchParams.get("token"));
    [cookie] = headers["set-cookie"]![0].split(";") as [string];
    ({ change } = JSON.parse((await ask("/api/session")).body));
    expect((await ask("/")).body).toContain("<!doctype html>");
  });

  test("is not spoken to under another name", async () => {
    for (const host of [
      "evil.example",
      `evil.example:${serving.port}`,
      `127.0.0.1.evil.example:${serving.port}`,
      "127.0.0.1",
    ])
      expect((await ask("/api/session", { host })).status, host).toBe(403);
    expect((await ask("/api/session", { host: `localhost:${serving.port}` })).status).toBe(200);
  });

  test("lets its page load nothing but its own, and other pages nothing of it", async () => {
    const { headers } = await ask("/", { origin: "http://evil.example" });
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/,
    );
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    const preflight = await askPlainly(
      serving.port,
      "/api/stop",
      { ...own(), cookie, origin: "http://evil.example" },
      { method: "OPTIONS" },
    );
    expect(preflight.status).toBe(405);
    expect(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("changes something only for its own page, which knows the second token", async () => {
    const origin = serving.origin;
    const body = JSON.stringify({ run: "plain" });
    for (const headers of [
      {},
      { origin },
      { origin, "x-learning-law": "wrong" },
      { "x-learning-law": change },
      { origin: "http://evil.example", "x-learning-law": change },
    ])
      expect((await post("/api/stop", headers as Record<string, string>, body)).status).toBe(403);
    for (const path of ["/api/start", "/api/stop", "/api/resume", "/api/check"])
      expect((await ask(path)).status, path).toBe(404);
    // It was not started from a page.
    const { status, body: said } = await post("/api/stop", { origin, "x-learning-law": change }, body);
    expect([status, JSON.parse(said).error]).toEqual([409, expect.stringContaining("end it where it was started")]);
    expect((await post("/api/stop", { origin, "x-learning-law": change }, "{")).status).toBe(400);
  });

  test.each([
    "../secret",
    "..%2Fsecret",
    "%2e%2e%2fsecret",
    "%252e%252e%252fsecret",
    "/etc",
    "out",
    "out/secret",
    "plain/../../secret",
  ])("gives nothing outside the served folder: %s", async (id) => {
    for (const path of [
      `/api/settings?run=${id}`,
      `/api/curve.csv?run=${id}`,
      `/api/report?run=${id}`,
      `/api/settings?run=plain&with=${id}`,
    ]) {
      const { status, body } = await ask(path);
      expect([403, 404], path).toContain(status);
      expect(body).not.toMatch(/^secret/);
    }
  });

  test.each([
    "/../package.json",
    "/assets/../../../package.json",
    "/assets/%2e%2e/%2e%2e/guard.js",
    "/assets/..%2f..%2fguard.js",
    "//etc/passwd",
  ])("serves no file but those of the page: %s", async (path) => expect((await ask(path)).status).toBe(404));

  test("shows for picking only what is below the working directory", async () => {
    expect(JSON.parse((await ask("/api/files")).body)).toEqual(expect.arrayContaining(["corpus.txt", "runs/"]));
    for (const path of ["..", "/etc/", "runs/../.."])
      expect((await ask(`/api/files?folder=${path}`)).status, path).toBe(403);
  });

  test("starts a run in the served folder only", async () => {
    const headers = { origin: serving.origin, "x-learning-law": change };
    const asked = { command: "train", preset: "tiny.yaml", settings: {}, seeds: null, report: false };
    for (const out of ["../elsewhere", "/tmp/elsewhere", "out/x", ""])
      expect((await post("/api/start", headers, JSON.stringify({ ...asked, out }))).status, out).toBe(400);
    const { body } = await post("/api/check", headers, JSON.stringify({ ...asked, out: "plain" }));
    expect(JSON.parse(body).wrong).toBe("plain exists; choose another directory");
    const wrong = await post(
      "/api/check",
      headers,
      JSON.stringify({ ...asked, out: "x", settings: { "training.batch": "0" } }),
    );
    expect(JSON.parse(wrong.body)).toEqual({
      line: expect.stringContaining(
        " train tiny.yaml --set training.optimizer=adamw --set training.batch=0 --out runs/x",
      ),
      wrong: expect.stringContaining("training.batch: expected a whole number from 1"),
    });
  });

  test("warns where others can reach it, and answers them by the token alone", async () => {
    const open = await serve(folder, "--port", "0", "--host", "0.0.0.0", "--json");
    try {
      expect(open.said()).toMatch(
        /^learning-law: 0\.0\.0\.0 can be reached from other machines, and what is sent is not encrypted.*\n$/s,
      );
      expect(JSON.parse(open.printed)).toEqual({ link: open.link, folder: "runs", port: open.port });
      const host = `127.0.0.1:${open.port}`;
      expect((await askPlainly(open.port, "/api/session", { host })).status).toBe(403);
      expect((await askPlainly(open.port, open.link.slice(open.origin.length), { host })).status).toBe(200);
    } finally {
      open.process.kill("SIGKILL");
    }
  });

  test("gives every measurement as CSV", async () => {
    const { body, headers } = await ask("/api/curve.csv?run=plain&download");
    const lines = readFileSync(at("runs", "plain", "curve.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(body.split("\n")).toHaveLength(1 + lines.length);
    expect(body).toMatch(/^step,tokens,work,validationLoss,testLoss,learningRate,seconds\n0,/);
    expect(headers["content-disposition"]).toBe('attachment; filename="curve.csv"');
  });
});

describe.skipIf(noChromium !== undefined)(`the page${noChromium ?? ""}`, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const wrong: string[] = [];

  const open = async (query = "", on = page) => on.goto(`${serving.origin}/${query}`);
  const enter = async () => {
    await page.goto(serving.link);
    await page.waitForURL((url) => url.search === "");
  };
  const runQuery = (id: string, ...others: string[]) =>
    `?${new URLSearchParams([["run", id], ...others.map((other) => ["with", other])])}`;
  const rowOf = (id: string, on = page) =>
    on.locator("tbody tr").filter({ has: on.getByRole("link", { name: id, exact: true }) });

  beforeAll(async () => {
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.on("pageerror", (error) => wrong.push(String(error)));
    page.on("console", (message) => {
      // What a server refuses is shown on the page.
      if (message.type() === "error" && !/with a status of 4\d\d/.test(message.text())) wrong.push(message.text());
    });
    page.setDefaultTimeout(40_000);
    await enter();
  });
  afterAll(async () => {
    await browser?.close();
  });

  afterEach(() => {
    expect(wrong.splice(0)).toEqual([]);
  });

  const cookieOf = async (of: BrowserContext) =>
    (await of.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");

  /** What axe-core finds wrong for those who do not see, or do not use a mouse. */
  async function violations(): Promise<unknown[]> {
    await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const found = await page.evaluate(
      "axe.run().then(({ violations, passes }) => ({ violations, passes: passes.length }))",
    );
    const { violations, passes } = found as { violations: { id: string; nodes: { html: string }[] }[]; passes: number };
    expect(passes).toBeGreaterThan(10);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  }

  test("lists runs of each kind and state, in two pages at once, sorted and filtered", async () => {
    await expect.poll(() => page.locator("tbody tr").count()).toBe(6);
    const texts = async (id: string) => (await rowOf(id).innerText()).replaceAll(/\s+/g, " ");
    expect(await texts("plain")).toMatch(/^plain training ✓ finished 40 \/ 40 steps \d/);
    expect(await texts("found")).toMatch(/^found search ✓ finished 4 \/ 4 epochs [\d.]+ [\d.]+× /);
    expect(await texts("empty")).toMatch(/^empty there is nothing in it folder ○ empty /);
    expect(await texts("half")).toMatch(/^half half is not a run directory: it has no versions\.json folder ! broken /);
    expect(await texts("damaged")).toMatch(/^damaged damaged\/config\.yaml is damaged: .* training ! broken /);
    await page.getByLabel("State").selectOption("broken");
    expect(await page.locator("tbody th").allInnerTexts()).toEqual([
      expect.stringMatching(/^damaged/),
      expect.stringMatching(/^half/),
    ]);
    await page.getByLabel("State").selectOption("");
    await page.getByRole("searchbox", { name: "Search" }).fill("search finished");
    expect(await page.locator("tbody tr").count()).toBe(1);
    await page.getByRole("searchbox", { name: "Search" }).fill("");
    await page.getByRole("button", { name: "Run" }).click();
    expect(await page.locator("thead th").first().getAttribute("aria-sort")).toBe("ascending");
    expect((await page.locator("tbody th a").allInnerTexts()).slice(0, 3)).toEqual(["damaged", "empty", "found"]);
    const second = await context.newPage();
    await open("", second);
    await expect.poll(() => second.locator("tbody tr").count()).toBe(6);
    cpSync(at("runs", "plain"), at("runs", "copy"), { recursive: true });
    for (const each of [page, second]) await rowOf("copy", each).waitFor();
    await second.close();
    expect(await violations()).toEqual([]);
  });

  test("shows a run with a baseline over it, its examples as the text that they are, and what differs", async () => {
    await open(runQuery(NAME, "plain"));
    expect(await page.locator("h1").innerText()).toBe(NAME);
    const text = page.locator("table.examples .text").filter({ hasText: "<script>hacked=1" }).first();
    await text.waitFor();
    expect(await page.evaluate("typeof hacked")).toBe("undefined");
    await page.getByText("training.policy.name").waitFor();
    await page.locator(".found", { hasText: /plain/ }).first().waitFor();
    await page.getByRole("textbox", { name: "Prompt" }).fill("the cat");
    await page.getByRole("button", { name: "Write" }).click();
    await page.getByText("The model after step 40, seed 1.").waitFor();
    expect(await page.getByLabel("What the model wrote").innerText()).toMatch(/^the cat./);
    const searchTexts = page.getByLabel("Search in their texts");
    await searchTexts.fill("no such text");
    await page.getByText(/^0 of \d+$/).waitFor();
    await page.locator("canvas").first().waitFor();
    await page.getByText("The numbers as a table").first().click();
    const lines = readFileSync(at("runs", "plain", "curve.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(await page.locator(".tables table").last().locator("tbody tr").count()).toBe(lines.length);
    expect(await violations()).toEqual([]);
    await page.goBack();
    expect(await page.locator("h1").innerText()).toBe("Runs");
  });

  test("draws the figures of the report, and gives them and the report as files", async () => {
    await open(runQuery("found"));
    await page.locator(".policy canvas").waitFor();
    await page.getByRole("button", { name: "Draw the figures of the report" }).click();
    const drawn = drawFigures(readReportData(at("runs", "found")));
    await page.getByRole("heading", { name: drawn[0].title }).waitFor();
    for (const figure of drawn)
      if (!("absent" in figure))
        expect(await page.locator("figcaption .found", { hasText: figure.caption.found }).count()).toBe(1);
    const image = page.locator("picture img").first();
    await image.scrollIntoViewIfNeeded();
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBeGreaterThan(100);
    const links = page.locator("article").first().getByRole("link");
    const [svg, png] = await Promise.all(
      [0, 1].map(async (i) => (await page.request.get(await hrefOf(links.nth(i)))).body()),
    );
    expect(svg.toString()).toMatch(/^<svg /);
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    const report = await page.request.get(await hrefOf(page.getByRole("link", { name: "The report as a page" })));
    expect(await report.text()).toContain("<title>found: learning-law report</title>");
    expect(report.headers()["content-security-policy"]).toMatch(/^default-src 'none'.*sandbox$/);
    expect(await violations()).toEqual([]);
  });

  const jobFile = () => readdirSync(at("runs", ".page")).find((name) => name.endsWith(".json"))!;
  const hrefOf = async (link: ReturnType<Page["locator"]>) => serving.origin + (await link.getAttribute("href"));

  test("follows a run that is truncated, goes on, and is renamed while it is shown", async () => {
    await open(runQuery("copy"));
    await page.getByText("The numbers as a table").first().click();
    const count = () => page.locator(".tables tbody tr").count();
    await expect.poll(count).toBe(11);
    const path = at("runs", "copy", "curve.jsonl");
    const lines = readFileSync(path, "utf8");
    truncateSync(path, lines.indexOf("\n", lines.length / 2) + 1);
    await expect.poll(count).toBeLessThan(8);
    await page
      .getByText(/curve\.jsonl is damaged/)
      .first()
      .waitFor();
    writeFileSync(path, lines);
    await expect.poll(count).toBe(11);
    renameSync(at("runs", "copy"), at("runs", "renamed"));
    await page.getByText("There is no such run, or not any more.").waitFor();
    await open();
    await rowOf("renamed").waitFor();
    expect(await rowOf("copy").count()).toBe(0);
    rmSync(at("runs", "renamed"), { recursive: true });
    await expect.poll(() => rowOf("renamed").count()).toBe(0);
  });

  test("starts a training from the form, which outlives the server, is found by the next one, stopped, resumed and ends", async () => {
    await open("?new");
    await page.getByRole("radio", { name: /^train/ }).check();
    await page.getByLabel("Begin with").fill("tiny.yaml");
    await page.getByLabel("Begin with").blur();
    // The form of that file brings a directory of its own, which must not come in the middle of what is typed.
    const directory = page.getByLabel("Directory");
    await expect.poll(() => directory.inputValue()).toBe("tiny-train-1");
    await directory.fill("started");
    await page.getByText("--out runs/started").waitFor();
    expect(await violations()).toEqual([]);
    const seed = page.getByRole("textbox", { name: "seed" });
    await page.getByText("general").click();
    await seed.fill("-1");
    await page.getByRole("alert").filter({ hasText: "seed: expected a whole number from 0" }).waitFor();
    expect(await page.getByRole("button", { name: "Start" }).isDisabled()).toBe(true);
    await seed.fill("3");
    await page.getByText("--set seed=3").waitFor();
    await page.getByRole("button", { name: "Start" }).click();
    const heading = page.locator("h1");
    await expect.poll(() => heading.innerText()).toBe("started");
    const steps = async () => Number((await page.locator("dd").first().innerText()).split(" ")[0].replace(",", ""));
    await expect.poll(steps).toBeGreaterThan(10);

    // It waits meanwhile, so that it is under way whatever the machine is like.
    const { pid } = JSON.parse(readFileSync(at("runs", ".page", jobFile()), "utf8"));
    process.kill(pid, "SIGSTOP");
    serving.process.kill("SIGKILL");
    await page.locator(".connection", { hasText: "The server does not answer" }).waitFor();
    const before = wrong.splice(0);
    expect(before.filter((text) => !/net::ERR_/.test(text))).toEqual([]);
    serving = await serve(folder, "--port", String(serving.port));
    await page.locator(".connection", { hasText: "The server was started anew" }).waitFor();
    await enter();
    await open(runQuery("started"));
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("as with Ctrl-C").waitFor();
    process.kill(pid, "SIGCONT");
    await page.getByRole("button", { name: "Resume" }).waitFor();
    const stopped = await steps();
    expect(stopped).toBeLessThan(1000);
    await page.getByText("interrupted; continue with:").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("✓ finished").waitFor();
    const last = JSON.parse(
      readFileSync(at("runs", "started", "curve.jsonl"), "utf8")
        .trimEnd()
        .split("\n")
        .at(-1)!,
    );
    expect(last.step).toBe(1000);
    await expect.poll(() => page.locator("dd").nth(2).innerText()).toBe(String(Number(last.testLoss.toPrecision(4))));
    expect(readFileSync(at("runs", "started", "config.yaml"), "utf8")).toContain("seed: 3\n");
    // While no server was there, requests failed.
    wrong.splice(0);
  }, 120_000);

  test("is small", async () => {
    const { body } = await askPlainly(serving.port, "/", {
      host: `127.0.0.1:${serving.port}`,
      cookie: await cookieOf(context),
    });
    const [, script] = /src="([^"]+\.js)"/.exec(body)!;
    const code = await page.request.get(serving.origin + script);
    expect(gzipSync(await code.body()).length).toBeLessThan(300_000);
  });
});
