import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { stringify } from "yaml";
import type { Config } from "../runs/config/config.js";
import { tinyPerceptronConfig, tinyTransformerConfig, writeCorpus } from "../testing/runs.js";
import { Terminal, tmuxIsThere } from "../testing/tmux.js";

let folder = "";
const at = (...names: string[]) => join(folder, ...names);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "screens-"));
  const main = join(inject("packageUnderTest"), "dist", "cli", "main.js");
  chmodSync(main, 0o755);
  mkdirSync(at("bin"));
  symlinkSync(main, at("bin", "learning-law"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** How much, how long still, and what is done, to its end; perhaps the terminal's echo of Ctrl-C. */
const BAR = /^[█░]{8,24} \d+% {2}(\?|(\d+ (s|min|h) ?)+) left {2}[^█░…]*[^█░…/.](\^C)?$/;
const hasBar = (line: string) => /[█░]|% +\S+ left/.test(line);
/** What is typed, and what is to be copied and typed. */
const isCommand = (line: string) => /^(\d+\$| ) |^interrupted; continue with: /.test(line);

describe.skipIf(!tmuxIsThere)("in a terminal (skipped where tmux is not installed)", () => {
  test.concurrent.each([80, 132])("of %i columns no line is broken", { timeout: 120_000 }, async (columns) => {
    const here = at(String(columns));
    mkdirSync(here);
    writeCorpus(join(here, "corpus.txt"), 100);
    const configure = (name: string, config: Config) => writeFileSync(join(here, name), stringify(config));
    configure("train.yaml", tinyTransformerConfig("corpus.txt", "training.steps=150"));
    configure("search.yaml", tinyPerceptronConfig("learning.steps=3000", "search.epochs=3"));
    const terminal = new Terminal(columns, here, at("bin"));

    let bars = 0;
    /** Looks at it until it is so; the bar is whole and below all else, and at the end of a command it is gone. */
    async function look(isSo?: (lines: readonly string[]) => boolean): Promise<void> {
      const seen = await terminal.until(isSo);
      for (const lines of seen) {
        expect(lines.slice(0, -1).filter(hasBar)).toEqual([]);
        const last = lines[lines.length - 1];
        if (!hasBar(last)) continue;
        expect(last).toMatch(BAR);
        bars += 1;
      }
      if (isSo === undefined) expect(terminal.lines().filter(hasBar)).toEqual([]);
      const unbroken = terminal.lines({ unbroken: true });
      expect(unbroken.filter((line) => line.length > columns && !isCommand(line))).toEqual([]);
    }

    try {
      await terminal.until();
      terminal.type("learning-law train train.yaml --threads 1 --out run");
      await look();
      terminal.type("learning-law search search.yaml --threads 1 --out found");
      await look((lines) => /epoch [12]\/3 [lc]/.test(lines.at(-1)!) && hasBar(lines.at(-1)!));
      terminal.interrupt();
      await look();
      terminal.type("learning-law search --resume --threads 1 --out found");
      await look();
      terminal.type("learning-law select run --corpus corpus.txt --fraction 0.3 --threads 1 --out some.jsonl");
      await look();
      expect(bars).toBeGreaterThan(8);

      const epoch = (e: number) =>
        `epoch ${e}/3     area N  test N  acceleration (none|Nx)  zero weights N%\n`.replaceAll("N", "\\d+\\.\\d+");
      const said = terminal.lines({ unbroken: true }).join("\n");
      expect(said).toMatch(/\nconventional {2}area \d\.\d{4} {2}test \d\.\d{4}\n/);
      for (const e of [1, 2, 3]) expect(said).toMatch(new RegExp(`\n${epoch(e)}`));
      expect(said).toContain("\ninterrupted; continue with: learning-law search --out found --threads 1 --resume\n");
    } finally {
      terminal.close();
    }
  });
});
