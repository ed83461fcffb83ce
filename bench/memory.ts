import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { resolveConfig } from "../src/runs/config/resolve-config.js";
import { buildProblem } from "../src/runs/problem/build-problem.js";
import { searchEpochs } from "../src/search/search.js";

/**
 * The peak memory in MiB of a process that does one epoch of `transformer-small`: all 300 states and the same batches,
 * but 128 training and as many desired examples instead of 1,024 and 256, so that it takes a minute; what that leaves out
 * are two policies of 300 x 896 numbers, 2 MiB.
 */
export function peakMemoryMiB(): number {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the memory measurement ended with status ${status}`);
  return Number(stdout.trim().split("\n").at(-1));
}

async function epoch(): Promise<void> {
  const config = resolveConfig("transformer-small", ["data.examples=128", "data.desiredExamples=128"]);
  const { problem } = await buildProblem(config);
  for await (const _ of searchEpochs(problem, { ...config.search, epochs: 1 })) break;
  console.log(process.resourceUsage().maxRSS / 1024);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await epoch();
