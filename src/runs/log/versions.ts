import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { readJson, writeJson } from "../../files/json-file.js";
import { packageRoot } from "../../files/package-root.js";
import { runtimeVersion } from "../../runtime/node/installed.js";
import { configDifference } from "./config-difference.js";

/**
 * Of a run's directory; it changes when runs of earlier programs can no longer be continued.
 *
 *   1   the configuration's section training names its optimizer and has the settings of all of them beside the name; of
 *       which kind a run is shows in the name of its lines
 *   2   the optimizer has its own settings; versions.json says of which kind the run is
 */
export const FORMAT = 2;

/** Written last when a run is created: where it is, there is a run. */
export const VERSIONS = "versions.json";

const AnyFormat = z.looseObject({ format: z.int() });
const Format2 = z.object({ kind: z.string(), config: z.string().optional() });

type RunFormat = z.infer<typeof Format2> & { readonly format: number };

/**
 * What runs are computed with here. No names of machines and no times, so that a run that is computed again gives the same
 * bytes.
 */
export function versions(): Readonly<Record<string, string | number>> {
  const require = createRequire(import.meta.url);
  return {
    format: FORMAT,
    "learning-law": require(join(packageRoot, "package.json")).version,
    node: process.version,
    ...runtimeVersion(),
    platform: process.platform,
    arch: process.arch,
  };
}

/** Writes versions.json of a new run's directory, atomically; with the SHA-256 of its configuration, which people read. */
export function writeVersions(directory: string, kind: string, config: string): void {
  const { format, ...others } = versions();
  writeJson(join(directory, VERSIONS), { format, kind, ...others, config });
}

/**
 * The format of a run's directory, the name of the kind of run in it, and the SHA-256 of its configuration, which runs of
 * earlier versions lack.
 *
 * @throws InputError if versions.json is damaged, or of a format that this program cannot read
 */
export function readFormat(directory: string): RunFormat {
  const path = join(directory, VERSIONS);
  const { format } = readJson(path, AnyFormat);
  if (format === FORMAT) return { ...readJson(path, Format2), format };
  // There were two kinds.
  if (format === 1) return { format, kind: existsSync(join(directory, "curve.jsonl")) ? "training" : "search" };
  throw new InputError(
    `${directory} has format ${format}, and this version of learning-law reads formats 1 and ${FORMAT}`,
  );
}

/**
 * Refuses to continue a run with other versions, which round otherwise: it would not end as if it had never stopped. Node
 * itself only moves numbers.
 *
 * @throws InputError that names the first part that is another
 */
export function refuseOtherVersions(directory: string): void {
  const { node, ...now } = versions();
  // A key that neither knows changes no number.
  const counts = ([key]: readonly [string, unknown]) => Object.hasOwn(now, key) || key.startsWith("onnxruntime-");
  const before = Object.fromEntries(Object.entries(readJson(join(directory, VERSIONS), AnyFormat)).filter(counts));
  const difference = configDifference({ ...now, ...before }, now);
  if (difference)
    throw new InputError(
      `${directory} was begun with ${difference.key} ${difference.before}, and this is ` +
        `${difference.after ?? show(runtimeVersion())}; continue it there, or start a new run`,
    );
}

function show(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions).flat().join(" ");
}
