import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command, sets } from "../testing/command.js";
import { contents, tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "resume-"));
  writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ["train", ["training.optimizer=sgd", "training.steps=3"], ["--policy", "law"], "training.steps"],
  ["search", [], [], "search.epochs"],
] as const)("%s --resume takes the configuration that the run holds", (name, settings, more, key) => {
  const again = (...words: string[]) => command(folder, name, "--out", name, "--resume", "--threads", "1", ...words);
  beforeAll(async () => {
    const all = sets([...tinyTransformerSettings("corpus.txt"), ...settings]);
    const { code } = await command(folder, name, "quickstart", ...all, ...more, "--threads", "1", "--out", name);
    expect(code).toBe(0);
  });

  test("where nothing else is given, or what agrees", async () => {
    const before = contents(join(folder, name));
    for (const words of [[], [`${name}/config.yaml`], ["--set", "data.length=8"], more])
      expect(await again(...words)).toMatchObject({ code: 0 });
    expect(contents(join(folder, name))).toEqual(before);
  });

  test("and refuses what differs, by name", async () => {
    const { code, stderr } = await again("--set", `${key}=7`);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        new RegExp(`^learning-law: ${key} is [23] in the run and 7 now; continue ${name} with .*\n$`),
      ),
    ]);
    const preset = await again("quickstart", ...sets(settings));
    expect(preset.stderr).toMatch(/ in the run and .* now; continue /);
  });

  test("and says where there is none", async () => {
    const { code, stderr } = await command(folder, name, "--out", "absent", "--resume");
    expect([code, stderr]).toEqual([2, "learning-law: there is no run absent\n"]);
  });
});
