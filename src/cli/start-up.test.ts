import { expect, test } from "vitest";
import { packageRoot } from "../files/package-root.js";
import { startWith } from "../testing/command.js";

test("help and what is refused at once load neither DuckDB nor the engines, nor what draws a report", async () => {
  const hook =
    'import { createRequire } from "node:module"; process.on("exit", () => ' +
    'console.error(Object.keys(createRequire("/")("node:module")._cache).join("\\n")));';
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook)}`;
  for (const words of [["search", "--help"], ["serach"]]) {
    const { stderr } = await startWith({ NODE_OPTIONS }, packageRoot, ...words).finished;
    const packages = new Set(
      [...stderr.matchAll(/node_modules\/((@[^/]+\/)?[^/\n]+).*\.(?:c?js|node)$/gm)].map(([, name]) => name),
    );
    expect(packages).toContain("commander");
    for (const name of ["@duckdb/node-api", "onnxruntime-node", "jsdom", "pdfkit", "tokenizers"])
      expect(packages).not.toContain(name);
  }
});
