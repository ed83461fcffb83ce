import { type ChildProcess, spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { inject } from "vitest";
import { run } from "../cli/program.js";
import type { Streams } from "../cli/run-command.js";

export interface Finished {
  /** null where a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when standard error holds this text, or the process has ended. */
  says(text: string): Promise<void>;
}

/** Starts the command of the source as it is, `learning-law ARGUMENTS`, in a folder. */
export function start(folder: string, ...args: string[]): Running {
  return startWith({}, folder, ...args);
}

/** The same with variables of the environment; the process leads a group, which a terminal's signals would reach. */
export function startWith(environment: Readonly<Record<string, string>>, folder: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [script(), ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  const waiting = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text;
      for (const look of waiting) look();
    });
  }
  const finished = new Promise<Finished>((resolve) => child.on("close", (code) => resolve({ code, ...output })));
  const says = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (output.stderr.includes(text)) resolve();
      };
      waiting.add(look);
      look();
      finished.then(() => resolve());
    });
  return { process: child, finished, says };
}

/** The file of the command, compiled from the source for this run of the tests. */
function script(): string {
  return `${inject("packageUnderTest")}/dist/cli/main.js`;
}

let lastOne: Promise<unknown> = Promise.resolve();

/**
 * Runs the command to its end, from its command line to what it prints and its exit code, in this process: one of its own,
 * which `start` is for, takes half a second to load what is loaded here. One after another, as a process is in one folder.
 */
export function command(folder: string, ...args: string[]): Promise<Finished> {
  const ended = lastOne.then(() => runHere(folder, args));
  lastOne = ended.catch(() => {});
  return ended;
}

async function runHere(folder: string, args: readonly string[]): Promise<Finished> {
  const { argv } = process;
  const here = process.cwd();
  const output = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof output) =>
    new PassThrough().setEncoding("utf8").on("data", (text) => {
      output[name] += text;
    });
  const streams = { stdout: stream("stdout"), stderr: stream("stderr") };
  process.chdir(folder);
  process.argv = [process.execPath, script(), ...args];
  try {
    const code = await run(args, streams as unknown as Streams);
    await Promise.all([finished(streams.stdout.end()), finished(streams.stderr.end())]);
    return { code, ...output };
  } finally {
    process.chdir(here);
    process.argv = argv;
  }
}

export { sets } from "./runs.js";
