import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { build, defaultClientConditions, type Plugin, preview } from "vite";

/** A module bundled for browsers, in a page of a local server. */
export interface BundledPage {
  /** Served at /; at /wasm/ lie the files of onnxruntime-web. */
  readonly folder: string;
  /** The modules of Node that were imported on the way, each with the file that does. */
  readonly builtins: readonly { name: string; importer: string | undefined }[];
  /** The code of the bundle's files. */
  readonly code: readonly string[];
  /** Calls an exported function of the module in the page. Arguments and result are JSON. */
  call<Result>(name: string, ...args: unknown[]): Promise<Result>;
  close(): Promise<void>;
}

/** Bundles the module at a path with the conditions of browsers, and opens a page that can call it. */
export async function openBundle(entry: string, browser: Browser): Promise<BundledPage> {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  const bundled = await bundle(entry, folder);
  symlinkSync(dirname(createRequire(import.meta.url).resolve("onnxruntime-web/wasm")), join(folder, "wasm"));
  const server = await preview({ ...common, build: { outDir: folder }, preview: { host: "127.0.0.1", port: 0 } });
  const page = await browser.newPage();
  await page.goto(`${server.resolvedUrls?.local[0]}index.js`);
  return {
    folder,
    ...bundled,
    call: (name, ...args) =>
      page.evaluate(`import("/index.js").then((module) => module.${name}(...${JSON.stringify(args)}))`),
    async close() {
      await page.close();
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const common = { configFile: false, logLevel: "error", publicDir: false } as const;

async function bundle(entry: string, outDir: string): Promise<Pick<BundledPage, "builtins" | "code">> {
  const builtins: { name: string; importer: string | undefined }[] = [];
  const witness: Plugin = {
    name: "witness of Node's modules",
    enforce: "pre",
    resolveId(name, importer) {
      if (isBuiltin(name)) builtins.push({ name, importer });
    },
  };
  const built = await build({
    ...common,
    plugins: [witness],
    // The WebAssembly of ONNX Runtime, 40 MB, is served as it lies there.
    resolve: { conditions: ["learning-law-source", "onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
    build: { outDir, target: "esnext", minify: false, lib: { entry, formats: ["es"], fileName: "index" } },
  });
  if (!Array.isArray(built)) throw new Error("a library is built once for each of its formats");
  return { builtins, code: built.flatMap(({ output }) => output.map((file) => ("code" in file ? file.code : ""))) };
}
