import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";
import { scheduleNames } from "../../descent/schedules.js";
import { optimizerNames } from "../../training/training-settings.js";

/**
 * Everything that a run depends on, in plain values; a run directory holds it whole. Keys are named in error messages
 * as `section.key`.
 */

// The message of every schema is what it wants; `explain` puts the key before it and what it got behind.
const whole = (least: number, most = 1e9) => {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).min(least, wanted).max(most, wanted);
};
const between = (least: number, most: number, wanted: string) => z.number(wanted).min(least, wanted).max(most, wanted);
const positive = between(Number.MIN_VALUE, 1e9, "a number above 0, at most 1000000000");
const belowOne = (wanted = "a number from 0 to below 1") => z.number(wanted).min(0, wanted).lt(1, wanted);
const share = between(0, 1, "a number from 0 to 1");
const input = between(-1e9, 1e9, "a number from -1000000000 to 1000000000");
const text = (wanted: string) => z.string(wanted).min(1, wanted);
const FILES = "a file, a glob or a list of them";
const paths = z.union([text(FILES).transform((path) => [path]), z.array(text(FILES), FILES).min(1, FILES)], {
  error: FILES,
});
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`);
const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, `a section with the keys ${Object.keys(shape).join(", ")}`);

const learning = section({
  steps: whole(1).describe("T, steps of gradient descent"),
  learningRate: positive.describe("eta"),
  warmup: whole(0).describe("steps of linear warm-up"),
});

const search = section({
  epochs: whole(1).describe("E, improvements of the policy"),
  epsilon: positive.describe("step of the first improvement; falls linearly"),
  keepEvery: whole(1).describe("keep the policy of every k-th epoch; the best and the last are always kept"),
});

/** What a training section takes that does not say: the scale of a good rate differs from optimizer to optimizer. */
const optimizerDefaults = {
  adamw: { learningRate: 0.003, weightDecay: 0.1 },
  sgd: { learningRate: 0.1, weightDecay: 0 },
};

const training = section({
  optimizer: oneOf(optimizerNames).default("adamw").describe(optimizerNames.join(" or ")),
  learningRate: positive.describe("the peak of the schedule; by default 0.003 for adamw, 0.1 for sgd"),
  batch: whole(1).default(64).describe("B, examples a step"),
  accumulate: whole(1).default(1).describe("parts in which a batch is computed, for less memory; divides batch"),
  schedule: oneOf(scheduleNames)
    .default("cosine")
    .describe(`of the learning rate after its warm-up: ${scheduleNames.join(", ")}`),
  warmup: whole(0).default(50).describe("steps of linear warm-up"),
  decay: share.default(0.2).describe("of wsd: the share of the steps, the last ones, in which the rate falls to 0"),
  weightDecay: between(0, 1e9, "a number from 0 to 1000000000").describe("by default 0.1 for adamw, 0 for sgd"),
  beta1: belowOne().default(0.9).describe("of adamw: decay of the mean gradient"),
  beta2: belowOne().default(0.99).describe("of adamw: decay of the mean squared gradient"),
  momentum: belowOne().default(0.9).describe("of sgd"),
  clip: between(Number.MIN_VALUE, 1e9, "a number above 0, at most 1000000000, or null")
    .nullable()
    .default(1)
    .describe("the norm that gradients are clipped to; null for none"),
  average: belowOne("a number from 0 to below 1, or null")
    .nullable()
    .default(null)
    .describe("decay of a moving average of the parameters, which then is evaluated and saved; null for none"),
  evaluateEvery: whole(1).default(20).describe("steps from one measurement of the loss to the next"),
  checkpointEvery: whole(1).default(100).describe("steps from one checkpoint to the next"),
  steps: whole(1).default(1000).describe("T, steps of the optimizer"),
  policy: text("the name of a policy, or a .safetensors file")
    .default("uniform")
    .describe("who weighs the examples of a batch: a policy's name, or a saved policy's file"),
}).refine(({ batch, accumulate }) => batch % accumulate === 0, {
  error: ({ input }) => `a number that divides training.batch (${(input as { batch: number }).batch})`,
  path: ["accumulate"],
});

/** The keys of a training section, with what they mean and their default values. */
export function trainingKeys(): { readonly key: string; readonly about: string }[] {
  return Object.entries(training.shape).map(([key, schema]) => {
    // The two that differ from optimizer to optimizer have no default of their own, and say theirs in words.
    const { success, data } = schema.safeParse(undefined);
    return { key, about: success ? `${schema.description} (${data})` : schema.description! };
  });
}

const seed = whole(0, 2 ** 31 - 1).describe("of everything random");

const transformerConfig = section({
  model: section({
    kind: z.literal("transformer"),
    layers: whole(1, 100),
    width: whole(1, 8192),
    heads: whole(1, 128),
    feedForward: whole(1, 65536),
  }).refine(({ width, heads }) => width % heads === 0, {
    error: ({ input }) => `a multiple of model.heads (${(input as { heads: number }).heads})`,
    path: ["width"],
  }),
  data: section({
    train: paths.describe("files or globs, or tinystories for the shipped sample"),
    desired: paths.nullable().describe("files that show what is wanted; null takes held-out documents of data.train"),
    test: paths
      .nullable()
      .default(null)
      .describe("files of unseen test text; null takes held-out documents, of data.desired or else of data.train"),
    column: text("the name of a column, or null")
      .nullable()
      .describe("text column of tables; null takes the one called text, or the only one"),
    tokenizer: text("bpe, mistral or the path of a tokenizer.json").describe(
      "bpe (trained on the corpus), mistral, or a tokenizer.json",
    ),
    vocabulary: whole(4, 1_000_000).describe("V: the most frequent tokens are kept"),
    length: whole(2, 65536).describe("tokens predicted per example"),
    examples: whole(1).describe("N, training examples"),
    desiredExamples: whole(1).describe("K, desired examples, and as many for validation and test"),
    perturbed: share.describe("share of training examples to perturb"),
    perturbations: whole(0).describe("perturbations of each of them"),
  }),
  learning,
  search,
  training: training.optional(),
  seed,
});

const perceptronConfig = section({
  model: section({ kind: z.literal("perceptron"), dimension: whole(1, 100_000).describe("D, inputs") }),
  data: section({
    examples: whole(1).describe("N, training examples"),
    desiredExamples: whole(1).describe("K, desired examples, and as many for validation and test"),
    trainMean: input,
    trainStd: positive,
    desiredMean: input,
    desiredStd: positive,
    labelNoise: share.describe("share of training labels that are flipped"),
  }),
  learning,
  search,
  training: training.optional(),
  seed,
});

export type TransformerConfig = z.output<typeof transformerConfig>;
export type PerceptronConfig = z.output<typeof perceptronConfig>;
export type Config = TransformerConfig | PerceptronConfig;

/** A tree of plain values, as YAML gives it. */
export type Tree = { [key: string]: unknown };

/** Checks a whole configuration. Throws InputError that names the first key that is wrong and what would be right. */
export function parseConfig(tree: Tree, source: string): Config {
  const kinds = { transformer: transformerConfig, perceptron: perceptronConfig };
  const kind = (tree.model as { kind?: string } | undefined)?.kind;
  if (kind !== "transformer" && kind !== "perceptron")
    throw new InputError(`${source}: model.kind: expected transformer or perceptron, got ${show(kind)}`);
  const schema: z.ZodType<Config> = kinds[kind];
  const result = schema.safeParse(withOptimizerDefaults(tree));
  if (!result.success) throw new InputError(`${source}: ${explain(result.error.issues, kinds[kind], tree)}`);
  refuseHugePolicy(result.data, source);
  return result.data;
}

/** With the values that depend on the optimizer where a training section gives none of its own. */
function withOptimizerDefaults(tree: Tree): Tree {
  if (typeof tree.training !== "object" || tree.training === null) return tree;
  const { optimizer = "adamw" } = tree.training as { optimizer?: keyof typeof optimizerDefaults };
  return { ...tree, training: { ...optimizerDefaults[optimizer], ...tree.training } };
}

function explain(issues: readonly z.core.$ZodIssue[], schema: z.ZodObject, tree: Tree): string {
  // Who misspells a key leaves another one out; the misspelling says more.
  const unrecognized = issues.find((issue) => issue.code === "unrecognized_keys");
  if (unrecognized !== undefined) {
    const unknown = [...unrecognized.path, unrecognized.keys[0]].join(".");
    const guess = nearestKey(unknown, configKeys(schema));
    return `there is no key ${unknown}${guess === undefined ? "" : `; the nearest is ${guess}`}`;
  }
  const [{ path, message }] = issues;
  const value = path.reduce<unknown>((part, name) => (part as Tree | undefined)?.[name as string], tree);
  return `${path.join(".")}: expected ${message}, got ${show(value)}`;
}

/** `learning.rate` means `learning.learningRate`, though other keys differ from it in fewer characters. */
function nearestKey(unknown: string, keys: readonly string[]): string | undefined {
  const name = unknown.slice(unknown.lastIndexOf(".") + 1).toLowerCase();
  const section = unknown.slice(0, unknown.lastIndexOf(".") + 1);
  const ending = keys.filter((key) => key.toLowerCase().endsWith(name));
  return ending.find((key) => key.startsWith(section)) ?? ending[0] ?? nearest(unknown, keys);
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const shown = typeof value === "number" ? String(value) : JSON.stringify(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
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

/** All keys of a configuration, as `section.key`. */
function configKeys(schema: z.ZodObject): string[] {
  return Object.entries(schema.shape).flatMap(([name, part]) => {
    const inner = part instanceof z.ZodOptional ? part.unwrap() : part;
    return inner instanceof z.ZodObject ? [name, ...configKeys(inner).map((key) => `${name}.${key}`)] : [name];
  });
}

/** Sets `section.key` in a tree, making sections on the way. */
export function setKey(tree: Tree, key: string, value: unknown): void {
  const names = key.split(".");
  let section = tree;
  for (const name of names.slice(0, -1)) {
    if (typeof section[name] !== "object" || section[name] === null) section[name] = {};
    section = section[name] as Tree;
  }
  section[names[names.length - 1]] = value;
}
