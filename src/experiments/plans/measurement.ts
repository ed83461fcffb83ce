import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { makeFolder, writeFileAtomically } from "../../files/atomic-file.js";
import type { Config } from "../../runs/config/config.js";
import { resolveConfig } from "../../runs/config/resolve-config.js";
import { versions } from "../../runs/log/versions.js";
import { Figure, finiteOrMissing } from "../claims/claim.js";
import type { Plan, PlanContext } from "./plan.js";

/** Figures by their names. */
export type Measured = Readonly<Record<string, Figure>>;

/** What a measurement is computed from. */
export interface MeasurementContext extends PlanContext {
  /** Of the preset with its settings. */
  readonly config: Config;
}

const FILE = "measurement.json";
const Kept = z.strictObject({
  config: z.unknown(),
  versions: z.record(z.string(), z.union([z.string(), z.number()])),
  measured: z.record(z.string(), Figure),
});

/**
 * Figures computed from a configuration, or from what the plans before it found, as a fit to their curves is. They are
 * kept in measurement.json and not computed again by the same versions.
 */
export function measurement(
  name: string,
  preset: string,
  settings: readonly string[],
  measure: (context: MeasurementContext) => Promise<Measured>,
): Plan<Measured> {
  return {
    ...{ name, kind: "measurement", preset, settings },
    // Unknown before it is done; what it is computed from is most of the work.
    work: () => 0,
    run: async (context) => {
      const config = resolveConfig(preset, settings);
      const kept = readKept(context.directory);
      if (kept !== undefined && !isDeepStrictEqual(kept.config, JSON.parse(JSON.stringify(config))))
        throw new InputError(`${context.directory} was measured with another configuration; choose another --out`);
      if (kept !== undefined && isDeepStrictEqual(kept.versions, versions())) return kept.measured;
      context.onProgress?.(0, "measurement");
      writeKept(context.directory, {
        config,
        versions: versions(),
        measured: finite(await measure({ ...context, config })),
      });
      return readKept(context.directory)!.measured;
    },
    summary: (measured) => `is measured: ${Object.keys(measured).join(", ")}`,
  };
}

/** What is not finite cannot be kept as JSON. */
function finite(measured: Measured): Measured {
  return Object.fromEntries(Object.entries(measured).map(([name, figure]) => [name, finiteOrMissing(figure)]));
}

function readKept(directory: string): z.infer<typeof Kept> | undefined {
  const path = join(directory, FILE);
  if (!existsSync(path)) return undefined;
  try {
    return Kept.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new InputError(`${path} is damaged: it is not what learning-law wrote there`, { cause: error });
  }
}

function writeKept(directory: string, kept: { config: Config; versions: object; measured: Measured }): void {
  makeFolder(directory, `cannot write ${directory}`);
  writeFileAtomically(join(directory, FILE), `${JSON.stringify(kept, null, 2)}\n`);
}
