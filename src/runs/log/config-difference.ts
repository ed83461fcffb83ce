import { InputError } from "../../base/errors.js";

/** Where two configurations first differ. A value is undefined where its configuration does not set the key. */
export interface ConfigDifference {
  /** From the outside in, joined by dots: `learning.steps`, `data.files.1`. */
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The first difference between two plain values, in the order of the keys of `before` and then of those that only
 * `after` has; undefined if they are equal. The order of keys makes no difference.
 */
export function configDifference(before: unknown, after: unknown, key = ""): ConfigDifference | undefined {
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return before === after || Object.is(before, after) ? undefined : { key, before, after };
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const difference = configDifference(before[name], after[name], key === "" ? name : `${key}.${name}`);
    if (difference) return difference;
  }
  return undefined;
}

/** An object or a list, which is looked into; anything else is compared as a whole. */
function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** @throws InputError that names the first key in which a configuration is not the one that a directory was begun with */
export function refuseOtherConfig(directory: string, before: unknown, now: unknown): void {
  const difference = configDifference(before, now);
  if (difference)
    throw new InputError(
      `${difference.key} is ${shown(difference.before)} in the run and ${shown(difference.after)} now; ` +
        `continue ${directory} with its own configuration or choose another --out`,
    );
}

function shown(value: unknown): string {
  return value === undefined ? "not set" : JSON.stringify(value);
}
