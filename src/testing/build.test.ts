import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { packageRoot } from "../files/package-root.js";

/** Reads each file of a folder again and again, as late imports do, and says which are missing or cut. */
const reader = (dist: string) => `
  import { readFileSync } from "node:fs";
  const files = JSON.parse(process.argv[1]);
  process.on("message", () => { console.log(rounds, faults); process.exit(); });
  let rounds = 0, faults = 0;
  process.send("begun");
  const look = () => {
    for (const [name, length] of files) {
      try { if (readFileSync(${JSON.stringify(dist)} + "/" + name).length !== length) faults++; } catch { faults++; }
    }
    rounds++;
    setImmediate(look);
  };
  look();
`;

let folder = "";
const at = (name: string) => join(folder, name);
const build = () => promisify(execFile)(process.execPath, [join(packageRoot, "scripts", "build.mjs"), at("dist")]);

// Below the checkout, so that what is compiled finds its dependencies.
beforeAll(async () => {
  folder = mkdtempSync(join(inject("packageUnderTest"), "build-"));
  cpSync(join(inject("packageUnderTest"), "package.json"), at("package.json"));
  await build();
});
afterAll(() => rmSync(folder, { recursive: true }));

const ended = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    let said = "";
    child.stdout!.on("data", (text) => {
      said += text;
    });
    child.on("close", () => resolve(said));
  });

test("a process that loads parts of the package late finds each of them while it is built again", async () => {
  const names = ["cli/main.js", "report/report.js", "runs/search/search-run.js", "report/report.d.ts"];
  const files = names.map((name) => [name, statSync(at(`dist/${name}`)).size]);
  writeFileSync(at("dist/no-source.js"), "");
  const args = ["--input-type=module", "--eval", reader(at("dist")), JSON.stringify(files)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const said = ended(child);
  await new Promise((resolve) => child.once("message", resolve));
  const before = statSync(at("dist/cli/main.js")).ino;
  await build();
  child.send("end");
  const [rounds, faults] = (await said).split(" ").map(Number);
  expect(rounds).toBeGreaterThan(10);
  expect(faults).toBe(0);
  expect(statSync(at("dist/cli/main.js")).ino).toBe(before);
  expect(existsSync(at("dist/no-source.js"))).toBe(false);
});

test("a changed file is replaced whole: what has it open keeps what it had", async () => {
  const whole = readFileSync(at("dist/index.js"), "utf8");
  writeFileSync(at("dist/index.js"), "old");
  const { ino } = statSync(at("dist/index.js"));
  await build();
  expect(readFileSync(at("dist/index.js"), "utf8")).toBe(whole);
  expect(statSync(at("dist/index.js")).ino).not.toBe(ino);
});

test("nothing but that script builds dist", () => {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  expect(scripts.build).toBe("node scripts/build.mjs");
  expect(scripts.prepack).toBe("npm run build");
  expect(Object.values<string>(scripts).filter((script) => /rm |dist"?$/.test(script))).toEqual([]);
});
