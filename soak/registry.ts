import type { Fault } from "./fault.js";
import { damage } from "./faults/damage.js";
import { damagedResume } from "./faults/damaged-resume.js";
import { fullDisk } from "./faults/full-disk.js";
import { fuzz } from "./faults/fuzz.js";
import { kill } from "./faults/kill.js";
import { lock } from "./faults/lock.js";

/** All kinds of faults, in the order in which they take turns. */
export const faults: readonly Fault[] = [kill, damage, damagedResume, fuzz, fullDisk, lock];
