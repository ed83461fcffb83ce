import { type Config, parseConfig } from "../config/config.js";
import type { Run } from "./run.js";

/** The configuration of a run, checked. Throws InputError, naming the run, if it is none. */
export function readConfig(run: Run): Config {
  return parseConfig(run.config, run.directory);
}
