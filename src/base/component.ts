import { z } from "zod";
import { InputError } from "./errors.js";
import { nearest } from "./nearest.js";

/**
 * One exchangeable part of the laboratory: a model, an optimizer, a schedule, a loss, a weighting. It is a plain value in a
 * file of its own, and a line in the registry of its kind; configuration, help, reference and the tests that hold for every
 * member are made from these.
 */
export interface Component<Facts, Part> {
  /** As a configuration names it. */
  readonly name: string;
  /** What it does, in part of a sentence: "NAME: about". */
  readonly about: string;
  /** The paper, or where else it is defined. */
  readonly source: string;
  /** What can be set: every key with a default or a bound, and a description. */
  readonly settings: z.ZodObject;
  /** Where a text such as a path stands for this component. */
  readonly shorthand?: Shorthand;
  /** Makes the part, from settings that the schema has checked and from what else it must know. */
  create(settings: Settings, facts: Facts): Part;
}

/** Texts that stand for a component and its settings. */
export interface Shorthand {
  /** Which texts these are: "a .safetensors file". */
  readonly wanted: string;
  /** The settings that a text stands for; undefined if it is no such text. */
  settings(text: string): Settings | undefined;
}

/** Settings of a component by their keys; their schema says what each is. */
export type Settings = Readonly<Record<string, unknown>>;

/** A component by its name with all its settings, as a checked configuration holds it. */
export interface Chosen extends Settings {
  readonly name: string;
}

/** A component as its file writes it: the types of the settings follow from their schema. */
export type Declared<Record extends Component<never, unknown>, Schema extends z.ZodObject> = Omit<
  Record,
  "settings" | "create"
> & {
  readonly settings: Schema;
  create(
    settings: z.output<Schema>,
    ...facts: Parameters<Record["create"]> extends [unknown, ...infer F] ? F : never
  ): ReturnType<Record["create"]>;
};

/** All components of one kind, in the order in which help and reference list them. */
export class Registry<Member extends Component<never, unknown>> {
  private readonly members: ReadonlyMap<string, Member>;

  /**
   * @param kind what they are, in the singular: "optimizer"
   * @param nameKey the key of a choice that holds the name
   */
  constructor(
    readonly kind: string,
    members: readonly Member[],
    private readonly nameKey: "name" | "kind" = "name",
  ) {
    this.members = new Map(members.map((member) => [member.name, member]));
    if (this.members.size !== members.length) throw new Error(`two components of the kind ${kind} have the same name`);
  }

  /** The members, in order. */
  [Symbol.iterator](): IterableIterator<Member> {
    return this.members.values();
  }

  /** Their names, in order. */
  get names(): string[] {
    return [...this.members.keys()];
  }

  /** The component that was chosen. Throws InputError, with the nearest name, where there is none of its name. */
  get(name: string): Member {
    const member = this.members.get(name);
    if (member !== undefined) return member;
    const guess = nearest(name, this.names);
    throw new InputError(
      `there is no ${this.kind} ${name}; give ${this.wanted()}${guess ? `; the nearest is ${guess}` : ""}`,
    );
  }

  /** The component that a configuration's words choose, checked or not; undefined if there is none of that name. */
  chosen(given: unknown, byDefault?: string): Member | undefined {
    const { name = byDefault } = this.read(given);
    return this.members.get(name as string);
  }

  /** The choice that a name or shorthand on the command line stands for. Throws InputError where it is none. */
  choose(text: string): Chosen {
    const { shorthand } = this.chosen(text) ?? this.get(text);
    const { success, data } = this.schema().safeParse(text);
    if (success) return data;
    throw new InputError(
      `the ${this.kind} ${text} has settings that must be given; give ${shorthand?.wanted ?? "them"}`,
    );
  }

  /** Makes the part that was chosen. */
  create(chosen: Settings, facts: Parameters<Member["create"]>[1]): ReturnType<Member["create"]> {
    const { [this.nameKey]: name, ...settings } = chosen;
    return this.get(name as string).create(settings, facts as never) as ReturnType<Member["create"]>;
  }

  /** The component and the settings that a name, a shorthand or `{ name, ...settings }` stands for, unchecked. */
  private read(given: unknown): { name: unknown; settings: Settings } {
    if (typeof given === "object" && given !== null) {
      const { [this.nameKey]: name, ...settings } = given as Settings;
      return { name, settings };
    }
    if (typeof given !== "string" || this.members.has(given)) return { name: given, settings: {} };
    for (const { name, shorthand } of this) {
      const settings = shorthand?.settings(given);
      if (settings !== undefined) return { name, settings };
    }
    return { name: given, settings: {} };
  }

  /**
   * What a configuration may say: a name, a shorthand, or `{ name, ...settings }`. Its output has the name and all settings.
   *
   * @param byDefault the name where none is given
   */
  schema(byDefault?: string): z.ZodType<Chosen> {
    const schema = z.unknown().transform((given, context) => {
      const { settings } = this.read(given);
      const member = this.chosen(given, byDefault);
      if (member === undefined) {
        const path = typeof given === "object" && given !== null ? [this.nameKey] : [];
        context.issues.push({ code: "custom", message: this.wanted(), path, input: given });
        return z.NEVER;
      }
      const { data, error } = member.settings.safeParse(settings);
      for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
      return { [this.nameKey]: member.name, ...data } as unknown as Chosen;
    });
    registries.set(schema, this as unknown as Registry<Component<never, unknown>>);
    return schema as unknown as z.ZodType<Chosen>;
  }

  /** What can be given: "adamw or sgd", "uniform, law or a .safetensors file". */
  wanted(): string {
    const words = [...this].filter(({ shorthand }) => shorthand === undefined).map(({ name }) => name);
    words.push(...[...this].flatMap(({ shorthand }) => shorthand?.wanted ?? []));
    return words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  }
}

const registries = new WeakMap<z.ZodType, Registry<Component<never, unknown>>>();

/** The registry whose members a schema takes, made by `Registry.schema`; undefined of another schema. */
export function registryOf(schema: z.ZodType): Registry<Component<never, unknown>> | undefined {
  return registries.get(schema);
}
