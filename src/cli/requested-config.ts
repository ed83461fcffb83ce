import { type Config, parseConfig } from "../runs/config/config.js";
import { resolveConfig, withSettings } from "../runs/config/resolve-config.js";
import type { KindName } from "../runs/kinds.js";
import { readConfig } from "../runs/log/read-config.js";
import { isRun, openRun } from "../runs/log/run-directory.js";
import { isSeedsFolder, readSeedsOf } from "../runs/seeds/seeds-folder.js";
import type { CommandContext } from "./command.js";

/** What a command begins with where it is given no preset and no file. */
export const DEFAULT_PRESET = "quickstart";

/**
 * The configuration that a command begins a run with: that of a preset or a file, with settings on top. To continue a run
 * without one, the run's own, which the settings must agree with: that is looked at when the run is opened to go on.
 *
 * @param resumed the directory of the run that is continued, or of several seeds, if one is
 * @throws InputError for what is no configuration, and where there is no such run
 */
export function requestedConfig(
  kind: KindName,
  presetOrFile: string | undefined,
  settings: readonly string[],
  resumed: string | false | undefined,
): Config {
  if (!resumed || presetOrFile !== undefined) return resolveConfig(presetOrFile ?? DEFAULT_PRESET, settings);
  const own = isSeedsFolder(resumed)
    ? parseConfig(readSeedsOf(resumed, kind === "search" ? "search" : "train").config, resumed)
    : readConfig(openRun(resumed, kind));
  return withSettings(own, settings, resumed);
}

/**
 * How a command goes on that was ended while it computed a run, or several seeds: with what the directory holds, if there is
 * anything by then.
 *
 * @param more options that it settled on
 */
export function howToGoOn(
  { continuation }: CommandContext,
  directory: string,
  more: Readonly<Record<string, unknown>> = {},
): () => string {
  return () =>
    isRun(directory) || isSeedsFolder(directory)
      ? continuation({ out: directory, set: [], policy: undefined, ...more }, [])
      : "nothing was written";
}
