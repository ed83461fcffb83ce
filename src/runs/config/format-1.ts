import type { z } from "zod";
import { optimizers } from "../../descent/optimizers/registry.js";
import { schedules } from "../../descent/schedules/registry.js";
import type { Tree } from "./config.js";

/** The keys of a section `training` that belong to a component today, and the registry of each. */
const NESTED = { optimizer: optimizers, schedule: schedules };

/**
 * The configuration of a run of format 1 as it is written today: settings of the optimizer and of the schedule lay in the
 * section `training` itself, whichever was chosen.
 */
export function translateFormat1({ training, ...config }: Tree): Tree {
  if (training === undefined) return config;
  const flat = new Map(Object.entries(training as Tree));
  const settingsOf = (schema: z.ZodObject) => Object.keys(schema.shape);
  const nested = Object.entries(NESTED).map(([key, registry]) => {
    const name = flat.get(key) as string;
    const own = settingsOf(registry.get(name).settings).map((setting) => [setting, flat.get(setting)] as const);
    return [key, { name, ...Object.fromEntries(own) }] as const;
  });
  for (const registry of Object.values(NESTED))
    for (const { settings } of registry) for (const setting of settingsOf(settings)) flat.delete(setting);
  return { ...config, training: { ...Object.fromEntries(flat), ...Object.fromEntries(nested) } };
}
