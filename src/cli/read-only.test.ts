import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { sets } from "../testing/command.js";
import { tinyTransformerSettings, writeCorpus } from "../testing/runs.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "read-only-"));
  mkdirSync(join(folder, "mount"));
  writeCorpus(join(folder, "corpus.txt"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a line of shell where something is mounted at `mount`, for this line alone; what it says. */
function mounted(options: string, line: string): string {
  const LAW = `${process.execPath} ${inject("packageUnderTest")}/dist/cli/main.js`;
  const script = `mount -t tmpfs -o ${options} none mount && ${line}`;
  return spawnSync("unshare", ["--mount", "sh", "-c", script], {
    cwd: folder,
    env: { ...process.env, LAW },
  }).stderr.toString();
}

// It takes Linux, and the right to mount.
const canMount = spawnSync("unshare", ["--mount", "true"]).status === 0;
const training = sets([...tinyTransformerSettings("corpus.txt"), "training.steps=3"]).join(" ");

test.skipIf(!canMount)("a file system that is read-only, or full, is called so", () => {
  for (const out of ["mount/a", "mount/a/b/c"])
    expect(mounted("ro", `$LAW train ${training} --out ${out}`)).toBe(
      `learning-law: cannot create the run directory ${out}: the file system is read-only\n`,
    );
  expect(mounted("ro", `TMPDIR=$PWD/mount $LAW train ${training} --out r`)).toMatch(
    /^learning-law: cannot make a temporary folder in .*\/mount \(TMPDIR chooses another\): the file system is read-only\n$/,
  );
  expect(mounted("size=4k", `TMPDIR=$PWD/mount $LAW train ${training} --out r`)).toMatch(
    /^learning-law: .*(the disk is full|No space left on device).*\n$/,
  );
});

test("a temporary directory that is not there is said not to be", () => {
  const LAW = `${inject("packageUnderTest")}/dist/cli/main.js`;
  const words = [LAW, "train", ...sets([...tinyTransformerSettings("corpus.txt"), "training.steps=3"])];
  const env = { ...process.env, TMPDIR: join(folder, "absent") };
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, env });
  expect([status, `${stderr}`]).toEqual([
    2,
    `learning-law: cannot make a temporary folder in ${env.TMPDIR} (TMPDIR chooses another): there is no such file or folder\n`,
  ]);
});
