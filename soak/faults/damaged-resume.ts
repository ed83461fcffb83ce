import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { complaints } from "../command.js";
import { computations } from "../computations.js";
import { damageFile } from "../damage-file.js";
import type { Fault } from "../fault.js";

const continued = computations.filter(({ name }) => name === "train" || name === "search");

export const damagedResume: Fault = {
  name: "damaged-resume",
  about:
    "a run that was killed, and one of whose files was damaged then, is refused with that file's name, or ends as it would have",
  async attempt(laboratory, folder, random) {
    const computation = continued[random.integer(continued.length)];
    computation.prepare(laboratory.reference, folder);
    const { process, ended } = laboratory.start(folder, computation.first);
    await wait(1000 * laboratory.secondsOf(computation) * (0.3 + 0.6 * random.uniform()));
    process.kill("SIGKILL");
    await ended;
    if (!computation.hasBegun(folder)) return [];

    const { name, what } = damageFile(join(folder, computation.locked), random);
    const resumed = await laboratory.run(folder, computation.again);
    const found = complaints(resumed, [0, 2]);
    if (resumed.code === 2 && !resumed.stderr.includes(basename(name)))
      found.push(`the refusal does not name ${name}: ${resumed.stderr}`);
    // What going on does not need is neither read nor written anew.
    if (resumed.code === 0)
      found.push(...laboratory.differences(computation, folder).filter((difference) => !difference.includes(name)));
    return found.map((complaint) => `${computation.name} with ${name} ${what}: ${complaint}`);
  },
};
