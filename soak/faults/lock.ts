import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../src/base/random.js";
import { complaints } from "../command.js";
import { type Computation, computations } from "../computations.js";
import type { Fault } from "../fault.js";
import type { Laboratory } from "../laboratory.js";

const LOCKED = /another process is computing in .*; wait until it has ended, or end it\n$/;

export const lock: Fault = {
  name: "lock",
  about: "of two processes in one run (train, search, select, evaluate) one works and the other is refused",
  async attempt(laboratory, folder, random) {
    const found: string[] = [];
    for (const computation of computations) {
      const own = join(folder, computation.name);
      mkdirSync(own);
      found.push(...(await two(laboratory, computation, own, random)));
    }
    return found;
  },
};

/** The first stands still while the second comes, at whatever moment after it has locked the run. */
async function two(
  laboratory: Laboratory,
  computation: Computation,
  folder: string,
  random: Random,
): Promise<string[]> {
  const { first, again, locked, hasBegun, prepare } = computation;
  prepare(laboratory.reference, folder);
  const one = laboratory.start(folder, first);
  const isOver = () => one.process.exitCode !== null || one.process.signalCode !== null;
  while (!isOver() && !(existsSync(join(folder, locked, ".lock")) && hasBegun(folder))) await wait(1);
  // The file is there a moment before it is locked.
  await wait(5 + 1000 * random.uniform() * 0.2 * laboratory.secondsOf(computation));
  one.process.kill("SIGSTOP");
  const computes = existsSync(join(folder, locked, ".lock"));
  const other = await laboratory.run(folder, again);
  one.process.kill("SIGCONT");
  const ended = await one.ended;
  const refused = other.code === 2 && LOCKED.test(other.stderr);
  return [
    ...complaints(ended, [0]),
    // Where the first has ended, the second finds nothing to do, or nothing to continue.
    ...complaints(other, computes ? [2] : [0, 2]),
    ...(computes && !refused
      ? [`${computation.name}: the second process is not refused; it said: ${other.stderr}`]
      : []),
    ...laboratory.differences(computation, folder),
  ];
}
