import { z } from "zod";
import { nearest } from "../data/nearest.js";
import { InputError } from "../errors.js";

/**
 * Everything that a run depends on, in plain values; a run directory holds it whole. Keys are named in error messages
 * as `section.key`.
 */

const whole = (least: number, most = 1e9) => z.int().min(least).max(most);
const positive = z.number().positive().max(1e9);
const share = z.number().min(0).max(1);
const paths = z.union([
  z
    .string()
    .min(1)
    .transform((path) => [path]),
  z.array(z.string().min(1)).min(1),
]);

const learning = z.strictObject({
  steps: whole(1).describe("T, steps of gradient descent"),
  learningRate: positive.describe("eta"),
  warmup: whole(0).describe("steps of linear warm-up"),
});

const search = z.strictObject({
  epochs: whole(1).describe("E, improvements of the policy"),
  epsilon: positive.describe("step of the first improvement; falls linearly"),
  keepEvery: whole(1).describe("keep the policy of every k-th epoch; the best and the last are always kept"),
});

const seed = whole(0, 2 ** 31 - 1).describe("of everything random");

const transformerConfig = z.strictObject({
  model: z
    .strictObject({
      kind: z.literal("transformer"),
      layers: whole(1, 100),
      width: whole(1, 8192),
      heads: whole(1, 128),
      feedForward: whole(1, 65536),
    })
    .refine(({ width, heads }) => width % heads === 0, { error: "must be divisible by model.heads", path: ["width"] }),
  data: z.strictObject({
    train: paths.describe("files or globs, or tinystories for the shipped sample"),
    desired: paths.nullable().describe("files that show what is wanted; null takes held-out documents of data.train"),
    column: z.string().nullable().describe("text column of tables; null takes the one called text, or the only one"),
    tokenizer: z.string().min(1).describe("bpe (trained on the corpus), mistral, or a tokenizer.json"),
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

const perceptronConfig = z.strictObject({
  model: z.strictObject({ kind: z.literal("perceptron"), dimension: whole(1, 1_000_000).describe("D, inputs") }),
  data: z.strictObject({
    examples: whole(1).describe("N, training examples"),
    desiredExamples: whole(1).describe("K, desired examples, and as many for validation and test"),
    trainMean: z.number(),
    trainStd: positive,
    desiredMean: z.number(),
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
    throw new InputError(`${source}: model.kind is ${JSON.stringify(kind)}, it must be transformer or perceptron`);
  const schema: z.ZodType<Config> = kinds[kind];
  const result = schema.safeParse(tree);
  if (!result.success) throw new InputError(`${source}: ${explain(result.error.issues[0], kinds[kind])}`);
  return result.data;
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodObject): string {
  const key = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") {
    const message = issue.message.replace(/^(Invalid input|Too (small|big)): /, "");
    return `${key}: ${message}`;
  }
  const unknown = [...issue.path, issue.keys[0]].join(".");
  const guess = nearest(unknown, configKeys(schema));
  return `there is no key ${unknown}${guess === undefined ? "" : `; the nearest is ${guess}`}`;
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
