import { type ChildProcess, spawn } from "node:child_process";
import { inject } from "vitest";

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
  const child = spawn(process.execPath, [`${inject("packageUnderTest")}/dist/cli/main.js`, ...args], {
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

/** Runs the command to its end. */
export function command(folder: string, ...args: string[]): Promise<Finished> {
  return start(folder, ...args).finished;
}

/** `--set` before every setting. */
export function sets(settings: readonly string[]): string[] {
  return settings.flatMap((setting) => ["--set", setting]);
}
