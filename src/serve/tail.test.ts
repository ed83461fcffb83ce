import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Tail } from "./tail.js";

const folder = mkdtempSync(join(tmpdir(), "tail-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "lines.jsonl");

/** All that is there to be read. */
function rest(tail: Tail): { lines: string[]; anew: boolean } {
  const lines: string[] = [];
  let again = false;
  for (;;) {
    const { lines: some, anew, more } = tail.read();
    again ||= anew;
    lines.push(...some);
    if (!more) return { lines, anew: again };
  }
}

test("every line is read once, whole, wherever its file was cut while it was written", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.nat()), (texts, cuts) => {
      const lines = texts.map((text) => JSON.stringify(text));
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      writeFileSync(path, "");
      const tail = new Tail(path);
      const read: string[] = [];
      let at = 0;
      for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
        appendFileSync(path, bytes.subarray(at, cut));
        at = cut;
        read.push(...rest(tail).lines);
      }
      expect(read).toEqual(lines);
    }),
    { numRuns: 50 },
  );
});

test("a file that is cut, replaced or gone is read from its beginning", () => {
  writeFileSync(path, "1\n2\n3\n");
  const tail = new Tail(path);
  expect(rest(tail)).toEqual({ lines: ["1", "2", "3"], anew: false });
  truncateSync(path, 4);
  expect(rest(tail)).toEqual({ lines: ["1", "2"], anew: true });
  writeFileSync(`${path}.new`, "7\n8\n9\n");
  renameSync(`${path}.new`, path);
  expect(rest(tail)).toEqual({ lines: ["7", "8", "9"], anew: true });
  rmSync(path);
  expect(rest(tail)).toEqual({ lines: [], anew: true });
  expect(rest(tail)).toEqual({ lines: [], anew: false });
  writeFileSync(path, "4\n");
  expect(rest(tail)).toEqual({ lines: ["4"], anew: false });
});

test("a long file is read in portions", () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `${i}`.padStart(60, "0"));
  writeFileSync(path, `${lines.join("\n")}\n`);
  const tail = new Tail(path);
  const first = tail.read();
  expect(first.more).toBe(true);
  expect(first.lines.length).toBeLessThan(20_000);
  expect([...first.lines, ...rest(tail).lines]).toEqual(lines);
});
