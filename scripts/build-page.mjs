/** Builds the page of `learning-law serve` from web/page/ into a folder. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} out */
export function buildPage(out) {
  return build({
    root: join(root, "web", "page"),
    configFile: false,
    logLevel: "error",
    publicDir: false,
    base: "/",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: { outDir: out, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
}

/**
 * Builds it unless it is there, for tests that run beside each other: it appears at once, whole.
 *
 * @param {string} out
 */
export async function buildPageOnce(out) {
  if (existsSync(out)) return;
  const fresh = `${out}.${process.pid}.building`;
  await buildPage(fresh);
  try {
    renameSync(fresh, out);
  } catch {
    // Another was faster.
    rmSync(fresh, { recursive: true });
  }
}
