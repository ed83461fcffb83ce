import type { Random } from "../base/random.js";
import { type DType, type Node, type Shape, size } from "../graph/node.js";

/** How a parameter begins: N(0, 1), uniform in +-1/sqrt(fan-in), all 1 or all 0. */
export type Initial = { normal: true } | { uniformFanIn: number } | { fill: number };

/** An array of numbers that is learned, and its part of theta. */
export interface Parameter {
  readonly name: string;
  readonly shape: Shape;
  readonly initial: Initial;
}

/** A model is a layout of parameters inside one flat theta and a graph for what it predicts of a batch of examples. */
export interface Model {
  readonly name: string;
  /** In the order in which they lie in theta. */
  readonly parameters: readonly Parameter[];
  /** Outcomes of one prediction: the vocabulary size, 2 for the perceptron. log2 of it is the length of a raw symbol. */
  readonly outcomes: number;
  /** Parameters that enter matrix products: 6 x tokens x these = floating-point operations of a gradient. */
  readonly matrixParameters: number;
  /** The fields of one example, as `Examples` holds them. */
  readonly fields: Readonly<Record<string, { shape: Shape; kind: "int64" | "float" }>>;
  /** Its sizes as a config.json of Hugging Face names them, where it can be exported. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** What it predicts of B examples, given nodes for the parameters and for the fields ([B, ...shape]). */
  predict(parameters: Readonly<Record<string, Node>>, fields: Readonly<Record<string, Node>>, dtype: DType): Prediction;
}

/** What a model predicts of B examples with S predictions each; S is 1 where an example is one prediction. */
export interface Prediction {
  /**
   * What predictions are made from, before any softmax or sigmoid: [B, S, V], or, of two outcomes, [B, S] log-odds of the
   * second. At s of a language model, of the token after the first s + 1.
   */
  readonly logits: Node;
  /** The outcomes that came, [B, S]: whole numbers from 0. */
  readonly targets: Node;
  /** 1 where there is something to predict and 0 for padding, [B, S]; undefined where every prediction counts. */
  readonly mask?: Node;
  /** The logits of the targets alone, [B, S], where the model has a cheaper way than to pick them out of all. */
  readonly targetLogits?: Node;
  /** States on the way, by name, for those who look inside: of a transformer, [B, S, D] after each block. */
  readonly hidden: Readonly<Record<string, Node>>;
}

/** Predictions of an example that is not padded: of a language model one for every token after the first, else 1. */
export function predictionsOf({ fields }: Pick<Model, "fields">): number {
  return fields.tokens === undefined ? 1 : fields.tokens.shape[0] - 1;
}

/** P, the length of theta. */
export function parameterCount(model: Model): number {
  return model.parameters.reduce((total, { shape }) => total + size(shape), 0);
}

/** The parts of a flat theta by the names of the parameters: views, not copies. Throws Error if its length is another. */
export function parameterViews<Values extends Float32Array | Float64Array>(
  model: Model,
  theta: Values,
): Record<string, Values> {
  if (theta.length !== parameterCount(model))
    throw new Error(`the flat array must hold ${parameterCount(model)} numbers and holds ${theta.length}`);
  let offset = 0;
  const entries = model.parameters.map(({ name, shape }) => {
    const start = offset;
    offset += size(shape);
    return [name, theta.subarray(start, offset) as Values] as const;
  });
  return Object.fromEntries(entries);
}

/** Draws theta[0]. */
export function initialParameters(model: Model, random: Random): Float32Array {
  const theta = new Float32Array(parameterCount(model));
  let offset = 0;
  for (const { shape, initial } of model.parameters) {
    const end = offset + size(shape);
    if ("fill" in initial) theta.fill(initial.fill, offset, end);
    else if ("normal" in initial) for (let i = offset; i < end; i++) theta[i] = random.normal();
    else {
      const bound = 1 / Math.sqrt(initial.uniformFanIn);
      for (let i = offset; i < end; i++) theta[i] = bound * (2 * random.uniform() - 1);
    }
    offset = end;
  }
  return theta;
}
