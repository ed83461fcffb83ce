import { type Config, parseConfig } from "../config/config.js";
import { translateFormat1 } from "../config/format-1.js";
import type { Run } from "./run.js";

/** The configuration of a run, checked. Throws InputError, naming the run, if it is none. */
export function readConfig(run: Run): Config {
  return parseConfig(run.format === 1 ? translateFormat1(run.config) : run.config, run.directory);
}
