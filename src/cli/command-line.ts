import { basename, relative } from "node:path";
import { DEFAULT_MEMORY } from "../passes/problem.js";
import type { ResourceOptions } from "./options.js";

/** How this program was started, as a person would type it again. */
export function program(): string[] {
  const [, path] = process.argv;
  return basename(path) === "learning-law" ? ["learning-law"] : ["node", relative(".", path)];
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The command that continues a run, as a shell takes it.
 *
 * @param more what else was given that the rest of the run depends on, such as `--json`
 */
export function continuation(
  command: string,
  presetOrFile: string,
  { set, out, device, threads, memory }: ResourceOptions & { set: readonly string[]; out: string },
  more: readonly string[],
): string {
  const words = [
    ...[...program(), command, presetOrFile, ...set.flatMap((setting) => ["--set", setting])],
    ...["--out", out],
    ...(device === "cpu" ? [] : ["--device", device]),
    ...(memory === DEFAULT_MEMORY ? [] : ["--memory", String(memory)]),
    ...(threads === undefined ? [] : ["--threads", String(threads)]),
    ...[...more, "--resume"],
  ];
  return words.map(quoted).join(" ");
}
