import { stringify } from "yaml";
import { InputError } from "../base/errors.js";
import { nearest } from "../base/nearest.js";
import { presets as known } from "../runs/config/presets.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { command } from "./command.js";

export const presets = command({
  name: "presets",
  summary: "show the configurations to start from",
  description: "Lists the presets; with a name, prints that one as YAML, to be edited and given to `search`.",
  arguments: [{ name: "[name]" }],
  options: {},

  async run(_, [name]) {
    if (name === undefined) return { presets: known };
    if (!Object.hasOwn(known, name))
      throw new InputError(
        `there is no preset ${name}; the nearest is ${nearest(name, Object.keys(known))} of ` +
          `${Object.keys(known).join(", ")}`,
      );
    return { config: resolveConfig(name) };
  },

  lines: (shown) =>
    "config" in shown
      ? [stringify(shown.config).trimEnd()]
      : Object.entries(shown.presets).map(([name, { about }]) => `${name.padEnd(18)} ${about}`),

  json: (shown) => ("config" in shown ? shown.config : shown.presets),
});
