import type { z } from "zod";
import type { Chosen, Settings } from "../../base/component.js";
import { InputError } from "../../base/errors.js";
import { section } from "../../base/settings.js";
import { losses } from "../../losses/registry.js";
import { models } from "../../models/registry.js";
import { dataSources } from "../problem/registry.js";
import { explain, shown } from "./explain.js";
import {
  learningSection,
  searchSection,
  seedKey,
  type TrainingSection,
  trainingSection,
  withDefaults,
} from "./sections.js";

/**
 * Everything that a run depends on, in plain values; a run directory holds it whole. Keys are named in error messages
 * as `section.key`.
 */
export type Config = {
  /** The model's kind and settings. */
  readonly model: Settings & { readonly kind: string };
  /** Of the source of data that the model reads. */
  readonly data: Settings & { readonly examples: number; readonly desiredExamples: number };
  /** The cross-entropy where it is not given. */
  readonly loss?: Chosen;
  readonly learning: z.output<typeof learningSection>;
  readonly search: z.output<typeof searchSection>;
  readonly training?: TrainingSection;
  /** Of everything random. */
  readonly seed: number;
};

/** A tree of plain values, as YAML gives it. */
export type Tree = { [key: string]: unknown };

/** Checks a whole configuration. Throws InputError that names the first key that is wrong and what would be right. */
export function parseConfig(tree: Tree, source: string): Config {
  const model = models.chosen(tree.model);
  // Which keys the section data has follows from the model.
  if (model === undefined) {
    const { kind } = (tree.model ?? {}) as { kind?: unknown };
    throw new InputError(`${source}: model.kind: expected ${models.wanted()}, got ${shown(kind)}`);
  }
  const schema = configSchema(dataSources.get(model.reads).settings);
  const whole = tree.training === undefined ? tree : { ...tree, training: withDefaults(tree.training, tree.data) };
  const result = schema.safeParse(whole);
  if (!result.success) throw new InputError(`${source}: ${explain(result.error.issues, schema, tree)}`);
  const config = result.data as unknown as Config;
  refuseHugePolicy(config, source);
  return config;
}

/** The schema of a configuration whose section `data` is this one. */
export function configSchema(data: z.ZodObject): z.ZodObject {
  return section({
    model: models.schema(),
    data,
    loss: losses.schema().optional().describe(`what a prediction costs; ${losses.names[0]} by default`),
    learning: learningSection,
    search: searchSection,
    training: trainingSection.optional(),
    seed: seedKey,
  });
}

/** Node reads files of less than 2 GiB whole; a policy that could not be read again could not be continued either. */
function refuseHugePolicy({ learning: { steps }, data: { examples } }: Config, source: string): void {
  const most = 2 ** 29 - 2 ** 10;
  if (steps * examples > most)
    throw new InputError(
      `${source}: a policy over learning.steps x data.examples is ${steps} x ${examples} weights, and its file can ` +
        `hold ${most}; lower one of them`,
    );
}

/**
 * Sets `section.key` in a tree, making sections on the way. Where a component is chosen by its name alone, `optimizer:
 * adamw`, a setting of it makes that a section with the name.
 */
export function setKey(tree: Tree, key: string, value: unknown): void {
  const names = key.split(".");
  let section = tree;
  for (const name of names.slice(0, -1)) {
    const before = section[name];
    if (typeof before !== "object" || before === null)
      section[name] = typeof before === "string" ? { name: before } : {};
    section = section[name] as Tree;
  }
  section[names[names.length - 1]] = value;
}
