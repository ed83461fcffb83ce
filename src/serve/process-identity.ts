import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one with the same number: when it began, as its system says it. Undefined where there is
 * no such process, or it has ended and nobody has asked how.
 */
export function identityOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      // Behind the name in brackets, which may hold anything: the state first, and the 20th is the start.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
