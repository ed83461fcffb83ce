import type { z } from "zod";
import { nearest } from "../../base/nearest.js";
import { type Key, keysOf } from "./keys.js";

/** What is wrong with a configuration, in one sentence: the first key that is wrong, what it wants and what it got. */
export function explain(issues: readonly z.core.$ZodIssue[], schema: z.ZodObject, tree: object): string {
  // Who misspells a key leaves another one out; the misspelling says more.
  const unrecognized = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unrecognized !== undefined) {
    const unknown = [...unrecognized.path, unrecognized.keys[0]].join(".");
    return unknownKey(unknown, keysOf(schema));
  }
  const [{ path, message }] = issues;
  const value = path.reduce<unknown>((part, name) => (part as Record<PropertyKey, unknown> | undefined)?.[name], tree);
  return `${path.join(".")}: expected ${message}, got ${shown(value)}`;
}

/** A value as a person would write it, cut where it is long. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function unknownKey(unknown: string, keys: readonly Key[]): string {
  const owners = keys.filter(({ key }) => key === unknown).map((key) => key.of);
  if (owners.length > 0) return `${unknown} is a key of ${owners.join(" and ")}, which is not what is chosen`;
  const guess = nearestKey(
    unknown,
    keys.map(({ key }) => key),
  );
  return `there is no key ${unknown}${guess === undefined ? "" : `; the nearest is ${guess}`}`;
}

/** `learning.rate` means `learning.learningRate`, though other keys differ from it in fewer characters. */
function nearestKey(unknown: string, keys: readonly string[]): string | undefined {
  const name = unknown.slice(unknown.lastIndexOf(".") + 1).toLowerCase();
  const section = unknown.slice(0, unknown.lastIndexOf(".") + 1);
  const ending = keys.filter((key) => key.toLowerCase().endsWith(name));
  return ending.find((key) => key.startsWith(section)) ?? ending[0] ?? nearest(unknown, keys);
}
