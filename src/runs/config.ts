import { z } from "zod";
import { nearest } from "../data/nearest.js";
import { InputError } from "../errors.js";

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
const share = between(0, 1, "a number from 0 to 1");
const input = between(-1e9, 1e9, "a number from -1000000000 to 1000000000");
const text = (wanted: string) => z.string(wanted).min(1, wanted);
const FILES = "a file, a glob or a list of them";
const paths = z.union([text(FILES).transform((path) => [path]), z.array(text(FILES), FILES).min(1, FILES)], {
  error: FILES,
});
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
  const result = schema.safeParse(tree);
  if (!result.success) throw new InputError(`${source}: ${explain(result.error.issues, kinds[kind], tree)}`);
  refuseHugePolicy(result.data, source);
  return result.data;
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
  return keys.find((key) => key.toLowerCase().endsWith(name)) ?? nearest(unknown, keys);
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
  return Object.entries(schema.shape).flatMap(([name, part]) =>
    part instanceof z.ZodObject ? [name, ...configKeys(part).map((key) => `${name}.${key}`)] : [name],
  );
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
