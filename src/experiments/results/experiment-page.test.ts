/// <reference lib="dom" />
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contents } from "../../testing/runs.js";
import { smoke } from "../../testing/smoke-experiment.js";
import { type Figure, missing } from "../claims/claim.js";
import { writeExperimentPage } from "./experiment-page.js";
import { judged, type Results } from "./results.js";

const folder = mkdtempSync(join(tmpdir(), "experiment-page-"));
afterAll(() => rmSync(folder, { recursive: true }));

const figures: Figure[][] = [[5.4, 5.7, 4.9], [[1.2, 1.3]], [0.02, -0.01], [-3], [0.5, missing("nothing < was there")]];
const results: Results = {
  experiment: "smoke",
  origin: { versions: { format: 1, "learning-law": "0.1.0", node: "v20.20.2", platform: "linux", arch: "x64" } },
  claims: smoke.claims.map((claim, i) => judged(claim, figures[i])),
};
const reports = new Map([[smoke.plans[0], join(folder, "seed-1", "a report.html")]]);
const write = () => writeExperimentPage(smoke, results, folder, reports);
const path = write();

test("says what was measured, what was published and what follows, in text that is escaped", () => {
  const page = readFileSync(path, "utf8");
  expect(page).toContain("On &lt;Smoke&gt;");
  expect(page).toContain("<b>3 of 5</b> claims reproduced");
  expect(page).toContain("3 reproduced, 1 refuted, 1 not measured.");
  expect(page).toContain(
    "<td>5.40, 5.70, 4.90 (median 5.40, 95% interval 4.40 to 6.44)</td><td>5.50, within 10% of it</td><td><b>reproduced (the interval reaches across the edge",
  );
  expect(page).toContain(
    "50.0%, none (nothing &lt; was there)</td><td>100%, within 10% of it</td><td><b>not measured</b>",
  );
  expect(page).toContain("−3.00 (one seed)");
  expect(page).toContain("No picture: not every run has a figure.");
  expect(page).toContain('<a href="seed-1/a%20report.html">seed-1</a>');
  expect(page).toContain("Measured with learning-law 0.1.0, node v20.20.2 on linux/x64.");
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});

test("the same results give the same bytes", () => {
  const before = contents(folder);
  write();
  expect(contents(folder)).toEqual(before);
});

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

describe.skipIf(!existsSync(executablePath))("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  });
  afterAll(() => browser?.close());

  const cases = [360, 1280].flatMap((width) => (["light", "dark"] as const).map((scheme) => ({ width, scheme })));
  test.each(cases)("$width pixels wide and $scheme, it can be read", async ({ width, scheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(path).href);
    const look = await page.evaluate(lookAtPage);
    await page.close();
    expect(complaints).toEqual([]);
    expect(look.overflow).toBe(0);
    expect(look.figures).toHaveLength(4);
    for (const { width, dots, alternative, outside } of look.figures) {
      expect(width).toBeGreaterThan(300);
      expect(alternative).toContain("published: ");
      expect(dots).toBeGreaterThan(0);
      expect(outside).toEqual([]);
    }
    // A dot for where each series begins and one for where it ends.
    expect(look.figures.map(({ dots }) => dots)).toEqual([6, 2, 4, 2]);
  });
});

/** Runs in the page. */
function lookAtPage() {
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    figures: [...document.querySelectorAll("figure svg")].map((svg) => {
      const frame = svg.getBoundingClientRect();
      const shown = [...svg.querySelectorAll("circle, text, rect")];
      return {
        width: frame.width,
        dots: svg.querySelectorAll("circle").length,
        alternative: svg.getAttribute("aria-label") ?? "",
        outside: shown
          .filter((element) => {
            const { left, right, top, bottom } = element.getBoundingClientRect();
            return left < frame.left - 1 || right > frame.right + 1 || top < frame.top - 1 || bottom > frame.bottom + 1;
          })
          .map((element) => element.outerHTML),
      };
    }),
  };
}
