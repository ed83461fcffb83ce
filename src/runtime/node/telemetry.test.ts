import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { sets } from "../../testing/command.js";
import { tinyPerceptronSettings } from "../../testing/runs.js";

test("ONNX Runtime sends nothing to its maker, and leaves nothing of that in the temporary folder or at home", () => {
  const folder = mkdtempSync(join(tmpdir(), "telemetry-"));
  try {
    const [TMPDIR, HOME] = ["temporary", "home"].map((name) => join(folder, name));
    for (const made of [TMPDIR, HOME]) mkdirSync(made);
    const search = ["search", "perceptron", ...sets(tinyPerceptronSettings), "--out", "run"];
    // As a user has it: where CI is set it is silent anyway.
    const { ORT_DISABLE_TELEMETRY: _, CI: __, XDG_CACHE_HOME: ___, ...others } = process.env;
    const script = join(inject("packageUnderTest"), "dist", "cli", "main.js");
    execFileSync(process.execPath, [script, ...search], {
      cwd: folder,
      env: { ...others, TMPDIR, HOME },
      stdio: "ignore",
    });
    // It would leave the number of the session and a log.
    expect([TMPDIR, HOME].flatMap((made) => readdirSync(made))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
