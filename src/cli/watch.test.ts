import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildPageOnce } from "../../scripts/build-page.mjs";
import { sets, start } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";
import { askPlainly } from "../testing/serving.js";
import { commands } from "./commands.js";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "watch-"));
  writeCorpus(join(folder, "corpus.txt"));
  await buildPageOnce(join(inject("packageUnderTest"), "dist", "serve", "page"));
});
// Servers end when their folder has gone.
afterAll(() => rmSync(folder, { recursive: true }));

test("every command that computes for long can be watched", () => {
  const watched = commands.filter(({ options }) => "watch" in options).map(({ name }) => name);
  expect(watched).toEqual(["search", "evaluate", "reproduce", "train", "select", "interference"]);
});

test("--watch prints a link that shows the run, and goes on answering when the command has ended", async () => {
  const training = sets([...tinyTransformerSettings("corpus.txt"), "training.steps=5"]);
  const { finished, says } = start(
    folder,
    "train",
    "quickstart",
    ...training,
    "--out",
    "kept/run",
    "--watch",
    "--json",
  );
  await says("watch http");
  const { code, stderr, stdout } = await finished;
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout).run).toBe("kept/run");
  const link = new URL(/^watch (http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+&run=run)$/m.exec(stderr)![1]);
  const port = Number(link.port);
  const { status, headers, body } = await askPlainly(port, link.pathname + link.search, { host: link.host });
  expect(status).toBe(200);
  expect(body).toContain('url=/?run=run"');
  const cookie = headers["set-cookie"]![0].split(";")[0];
  const settings = await askPlainly(port, "/api/settings?run=run", { host: link.host, cookie });
  expect(settings.body).toContain("steps: 5");
});

test("what is not kept has no page", async () => {
  const { finished } = start(folder, "train", "quickstart", ...sets(tinyTransformerSettings("corpus.txt")), "--watch");
  const { code, stderr } = await finished;
  expect([code, stderr]).toEqual([2, expect.stringContaining("--watch is for a training whose run is kept")]);
});
