import { z } from "zod";
import { registryOf } from "../../base/component.js";
import { models } from "../../models/registry.js";
import { dataSources } from "../problem/registry.js";
import type { Config } from "./config.js";
import { configSchema } from "./config.js";

/** A key of a configuration with what its schema says of it, for who asks a person for its value. */
export interface Field {
  readonly key: string;
  readonly about: string;
  readonly type: "whole" | "number" | "text" | "choice" | "files";
  /** Of a number. */
  readonly least?: number;
  readonly most?: number;
  /** Its value where none is given; undefined where there is none. */
  readonly byDefault: unknown;
  /** Whether it may be null. */
  readonly nullable: boolean;
  /** Of a choice: the components. */
  readonly choices: readonly { readonly name: string; readonly about: string }[];
  /** The component that has the key, and the key that chooses it. */
  readonly of?: { readonly key: string; readonly name: string };
}

/** The keys of a configuration, of its section `data` those that its model reads. */
export function fieldsOf({ model }: Pick<Config, "model">): Field[] {
  const { reads } = models.get(model.kind);
  return fieldsBelow(configSchema(dataSources.get(reads).settings), "");
}

function fieldsBelow(schema: z.ZodObject, section: string, of?: Field["of"]): Field[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([name, part]): Field[] => {
    const key = section === "" ? name : `${section}.${name}`;
    const { inner, nullable } = unwrapped(part);
    if (inner instanceof z.ZodObject) return fieldsBelow(inner, key, of);
    const registry = registryOf(inner);
    const byDefault = part.safeParse(undefined).data;
    const field = { key, about: aboutOf(part), byDefault, nullable, choices: [], ...(of && { of }) };
    if (registry === undefined) return [{ ...field, ...typeOf(inner) }];
    const members = [...registry];
    const choice = key === "model" ? `${key}.kind` : key;
    return [
      { ...field, key: choice, type: "choice", choices: members.map(({ name, about }) => ({ name, about })) },
      ...members.flatMap((member) => fieldsBelow(member.settings, key, { key: choice, name: member.name })),
    ];
  });
}

/** What a schema is of, where it may be left out or be null. */
function unwrapped(schema: z.ZodType): { inner: z.ZodType; nullable: boolean } {
  if (schema instanceof z.ZodNullable) return { ...unwrapped(schema.unwrap() as z.ZodType), nullable: true };
  const wrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault;
  return wrapped ? unwrapped(schema.unwrap() as z.ZodType) : { inner: schema, nullable: false };
}

/** The description that is nearest to the outside: `describe` may come before what else is said of a key. */
function aboutOf(schema: z.ZodType): string {
  if (schema.description !== undefined) return schema.description;
  const wrapped =
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodDefault;
  return wrapped ? aboutOf(schema.unwrap() as z.ZodType) : "";
}

function typeOf(schema: z.ZodType): Pick<Field, "type" | "least" | "most"> {
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    const bound = (value: number | null) => (value !== null && Number.isFinite(value) ? value : undefined);
    const isWhole = schema instanceof z.ZodNumberFormat && schema.format === "safeint";
    return { type: isWhole ? "whole" : "number", least: bound(minValue), most: bound(maxValue) };
  }
  return { type: schema instanceof z.ZodUnion ? "files" : "text" };
}
