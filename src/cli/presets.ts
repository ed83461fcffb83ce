import { Command } from "commander";
import { stringify } from "yaml";
import { InputError } from "../base/errors.js";
import { nearest } from "../base/nearest.js";
import { presets } from "../runs/config/presets.js";
import { resolveConfig } from "../runs/config/resolve-config.js";
import { jsonOption } from "./options.js";

export function presetsCommand(): Command {
  return new Command("presets")
    .summary("show the configurations to start from")
    .description("Lists the presets; with a name, prints that one as YAML, to be edited and given to `search`.")
    .argument("[name]")
    .addOption(jsonOption())
    .action((name: string | undefined, { json }: { json?: boolean }) => {
      if (name === undefined) {
        if (json) console.log(JSON.stringify(presets));
        else for (const [preset, { about }] of Object.entries(presets)) console.log(`${preset.padEnd(18)} ${about}`);
        return;
      }
      if (!Object.hasOwn(presets, name))
        throw new InputError(
          `there is no preset ${name}; the nearest is ${nearest(name, Object.keys(presets))} of ` +
            `${Object.keys(presets).join(", ")}`,
        );
      const config = resolveConfig(name);
      console.log(json ? JSON.stringify(config) : stringify(config).trimEnd());
    });
}
