/**
 * Puts the command through faults for a while: kills, two processes in one run, full disks, damaged files, bad input.
 * Prints what was tried and what did not hold, with the command that repeats it, and ends with 1 if anything did not.
 *
 *   npm run soak -- [--minutes 20] [--seed 1] [--only kill] [--tries 20]
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../src/base/random.js";
import { highestPeak } from "./command.js";
import type { Fault } from "./fault.js";
import { Laboratory } from "./laboratory.js";
import { faults } from "./registry.js";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    tries: { type: "string" },
  },
});
const [minutes, firstSeed] = [numberOf("minutes", given.minutes), numberOf("seed", given.seed)];
const tries = given.tries === undefined ? Number.POSITIVE_INFINITY : numberOf("tries", given.tries);
const chosen = faults.filter(({ name }) => given.only === undefined || name === given.only);
if (chosen.length === 0) throw new Error(`--only must be one of ${faults.map(({ name }) => name).join(", ")}`);

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${option} must be a number above 0, not ${text}`);
  return value;
}

/** Does a fault once; returns whether all held. */
async function attempt(laboratory: Laboratory, { name, attempt }: Fault, seed: number): Promise<boolean> {
  const folder = join(laboratory.folder, `${name}-${seed}`);
  mkdirSync(folder);
  try {
    const wrong = await attempt(laboratory, folder, createRandom(seed, name));
    if (wrong.length > 0)
      console.log(`\n${name} failed; repeat it with: npm run soak -- --only ${name} --seed ${seed} --tries 1`);
    for (const line of wrong) console.log(`  ${line.slice(0, 2000)}`);
    return wrong.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const began = performance.now();
  const laboratory = await Laboratory.open();
  const counts = new Map(chosen.map(({ name }) => [name, { tries: 0, failures: 0 }]));
  let [told, stopped] = [began, false];
  process.once("SIGINT", () => {
    stopped = true;
  });
  try {
    for (let turn = 0; turn < tries; turn++)
      for (const fault of chosen) {
        // With a number of tries, all of them are made.
        if (stopped || (given.tries === undefined && performance.now() - began > minutes * 60_000)) return;
        const count = counts.get(fault.name)!;
        count.tries += 1;
        if (!(await attempt(laboratory, fault, firstSeed + turn))) count.failures += 1;
        if (performance.now() - told < 60_000) continue;
        told = performance.now();
        const sofar = [...counts].map(([name, { tries, failures }]) => `${name} ${tries} (${failures} failed)`);
        console.log(`${Math.round((told - began) / 60_000)} minutes: ${sofar.join(", ")}`);
      }
  } finally {
    laboratory.close();
    console.log("");
    for (const { name, about } of chosen) {
      const { tries, failures } = counts.get(name)!;
      console.log(
        `${name.padEnd(16)} ${String(tries).padStart(5)} tries  ${String(failures).padStart(3)} failures  ${about}`,
      );
      if (failures > 0) process.exitCode = 1;
    }
    console.log(`most memory of a process: ${Math.round(highestPeak / 2 ** 20)} MiB; seeds from ${firstSeed}`);
  }
}

await main();
