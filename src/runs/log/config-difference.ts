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
