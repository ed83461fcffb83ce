import { readFileSync, writeFileSync } from "node:fs";

/** Changes what a JSON file says, as a person would who leaves out its digest. */
export function rewriteJson(path: string, changes: object): void {
  const { digest: _, ...value } = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, `${JSON.stringify({ ...value, ...changes }, null, 2)}\n`);
}

/** What lines of JSON say beside their digests. */
export function linesOf(path: string): Record<string, unknown>[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { digest: _, ...value } = JSON.parse(line);
    return value;
  });
}
