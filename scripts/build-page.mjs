/** Builds the page of `learning-law serve` from web/page/ into a folder. */
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
