import { existsSync, readdirSync } from "node:fs";
import { basename, extname } from "node:path";

/** runs/NAME-1, or the next number; to resume, the one with the highest. NAME is that of the preset or file. */
export function defaultDirectory(presetOrFile: string, resume: boolean | undefined, suffix = ""): string {
  const prefix = `${basename(presetOrFile, extname(presetOrFile))}${suffix}-`;
  const numbers = (existsSync("runs") ? readdirSync("runs") : [])
    .filter((entry) => entry.startsWith(prefix) && /^[1-9]\d*$/.test(entry.slice(prefix.length)))
    .map((entry) => Number(entry.slice(prefix.length)));
  const newest = Math.max(0, ...numbers);
  return `runs/${prefix}${resume ? Math.max(1, newest) : newest + 1}`;
}
