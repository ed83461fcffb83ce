import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that takes longer hangs. */
const HANGS_AFTER_MS = 240_000;
/** Bytes that no process of the soak may need at any time: Node, ONNX Runtime and DuckDB, and models of some kilobytes. */
const MOST_MEMORY = 2 ** 30;

/** How a process ended. */
export interface Ended {
  readonly words: readonly string[];
  /** null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly hung: boolean;
  /** Most bytes resident at any time, as far as the system says so. */
  readonly peak: number;
}

/** A process under way. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Most bytes that were resident in any process so far. */
export let highestPeak = 0;

/**
 * Starts the compiled command in a folder.
 *
 * @param shell what a shell does first, such as setting a limit
 */
export function start(script: string, folder: string, words: readonly string[], shell?: string): Started {
  const run = [process.execPath, script, ...words];
  const [file, args] =
    shell === undefined ? [run[0], run.slice(1)] : ["bash", ["-c", `${shell}; exec "$@"`, "-", ...run]];
  const child = spawn(file, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const output = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
    });
  let [hung, peak] = [false, 0];
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 50);
  const limit = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, HANGS_AFTER_MS);
  const ended = new Promise<Ended>((resolve) =>
    child.on("close", (code, signal) => {
      clearInterval(watch);
      clearTimeout(limit);
      highestPeak = Math.max(highestPeak, peak);
      resolve({ words, code, signal, ...output, hung, peak });
    }),
  );
  return { process: child, ended };
}

/** What must not be of how a process ended: a hang, a stack, another exit code, more than one sentence, too much memory. */
export function complaints(ended: Ended, codes: readonly (number | null)[]): string[] {
  const { words, code, signal, stderr, hung, peak } = ended;
  const said = stderr.trim().split("\n");
  const found = [
    hung && `hangs: killed after ${HANGS_AFTER_MS / 1000} s`,
    !hung && !codes.includes(code) && `exit code ${code ?? signal} instead of ${codes.join(" or ")}`,
    /^\s+at .*[:)]\d*/m.test(stderr) && "prints a stack",
    code === 2 && said.filter((line) => line.startsWith("learning-law: ")).length !== 1 && "does not say one sentence",
    peak > MOST_MEMORY && `takes ${Math.round(peak / 2 ** 20)} MiB`,
  ].filter((complaint) => complaint !== false);
  return found.map(
    (complaint) => `learning-law ${words.join(" ")}: ${complaint}; it said: ${said.slice(-6).join(" / ")}`,
  );
}

function peakOf(pid: number | undefined): number {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
