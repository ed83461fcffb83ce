import { z } from "zod";
import { registryOf } from "../../base/component.js";

/** A key of a configuration, as `section.key`, and what it means. */
export interface Key {
  readonly key: string;
  /** With the default value behind it, where there is one. */
  readonly about: string;
  /** The component that has the key; undefined of a key that is always there. */
  readonly of?: string;
}

/** All keys below a schema, sections before what is in them, settings of components after all others of their section. */
export function keysOf(schema: z.ZodObject): Key[] {
  const entries = Object.entries(schema.shape) as [string, z.ZodType][];
  const own = entries.flatMap(([name, part]): Key[] => {
    const inner = unwrapped(part);
    const key = { key: name, about: aboutOf(part) };
    return inner instanceof z.ZodObject ? [key, ...below(name, keysOf(inner))] : [key];
  });
  const components = entries.flatMap(([name, part]) => {
    const registry = registryOf(unwrapped(part));
    const members = registry === undefined ? [] : [...registry];
    return members.flatMap((member) =>
      below(name, keysOf(member.settings)).map(({ key, about }) => ({ key, about, of: member.name })),
    );
  });
  return [...own, ...components];
}

function below(section: string, keys: readonly Key[]): Key[] {
  return keys.map((key) => ({ ...key, key: `${section}.${key.key}` }));
}

/** What a schema is for, with its default value. */
function aboutOf(schema: z.ZodType): string {
  const description = schema.description ?? "";
  const { success, data } = schema.safeParse(undefined);
  if (!success || data === undefined) return description;
  return `${description} (${typeof data === "object" && data !== null && "name" in data ? data.name : data})`;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}
