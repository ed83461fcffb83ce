import type { Chosen } from "../../base/component.js";
import { InputError } from "../../base/errors.js";
import { schedules } from "../../descent/schedules/registry.js";
import { locate } from "../problem/locate-files.js";
import { readGradientNorms } from "../training/gradient-norms.js";
import type { Config, Tree } from "./config.js";

/**
 * A configuration whose schedules hold what they take from a recorded training, so that a run depends on nothing else: moved,
 * resumed or computed again, it has the same rates.
 *
 * @param from the folder from which upwards such a training is looked for, if it is not in the working directory
 * @throws InputError, naming the key, where there is no such training
 */
export function prepareSchedules(config: Config, from: string): Config {
  const { learning, training } = config;
  return {
    ...config,
    learning: withPrepared("learning", learning, from),
    ...(training !== undefined && { training: withPrepared("training", training, from) }),
  };
}

function withPrepared<Section extends { readonly schedule?: Chosen }>(
  name: string,
  section: Section,
  from: string,
): Section {
  const { schedule } = section;
  if (schedule === undefined) return section;
  return { ...section, schedule: prepareSchedule(schedule, `${name}.schedule`, from) };
}

/**
 * Forgets what a configuration's schedules took from a recorded training, where settings change what that is made from.
 *
 * @param tree the configuration, unchecked
 * @param given the settings alone
 */
export function forgetRecorded(tree: Tree, given: Tree): void {
  for (const section of ["learning", "training"]) {
    const [{ schedule }, { schedule: changed }] = [tree, given].map((of) => (of[section] ?? {}) as Tree);
    const key = schedules.chosen(schedule)?.recorded?.key;
    if (key !== undefined && changed !== undefined && !Object.hasOwn(Object(changed), key))
      delete (schedule as Tree)[key];
  }
}

/**
 * A schedule with what it takes from a recorded training.
 *
 * @param key what a message calls it: "training.schedule"
 */
export function prepareSchedule(schedule: Chosen, key: string, from = "."): Chosen {
  const { recorded } = schedules.get(schedule.name);
  if (recorded === undefined || schedule[recorded.key] !== undefined) return schedule;
  try {
    return { ...schedule, [recorded.key]: recorded.make(schedule, (path) => readGradientNorms(locate(path, from))) };
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${key}: ${error.message}`, { cause: error }) : error;
  }
}
