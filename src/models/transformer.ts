import { section, whole } from "../base/settings.js";
import { counted } from "../base/words.js";
import { literal } from "../graph/constants.js";
import { add, cast, div, greater, mul, relu, sqrt } from "../graph/elementwise.js";
import { gather } from "../graph/indexing.js";
import { matmul } from "../graph/matmul.js";
import { type DType, labelled, type Node, size } from "../graph/node.js";
import { mean, sum } from "../graph/reductions.js";
import { reshape, slice, transpose } from "../graph/shaping.js";
import { softmax } from "../graph/softmax.js";
import { model } from "./component.js";
import type { Model, Parameter, Prediction } from "./model.js";

/** The sizes of a transformer. */
export interface TransformerShape {
  /** V, with padding (id 0) counted. */
  readonly vocabulary: number;
  /** Tokens predicted per example, S: an example has S + 1 ids. */
  readonly length: number;
  readonly layers: number;
  /** D. */
  readonly width: number;
  readonly heads: number;
  readonly feedForward: number;
}

const EPSILON = 1e-5;

/**
 * A decoder-only transformer: learned positions, pre-norm with RMS normalisation (gain and bias), no other biases,
 * ReLU, untied head, attention scaled by 1/sqrt(width). DESIGN section 5. Predicted is, at every place, the next token;
 * padding (id 0) does not count.
 */
export function transformer(shape: TransformerShape): Model {
  const { vocabulary: V, length: S, layers, width: D, heads, feedForward: F } = shape;
  const norm = (name: string): Parameter[] => [
    { name: `${name}.gain`, shape: [D], initial: { fill: 1 } },
    { name: `${name}.bias`, shape: [D], initial: { fill: 0 } },
  ];
  const linear = (name: string, inputs: number, outputs: number): Parameter => ({
    name,
    shape: [inputs, outputs],
    initial: { uniformFanIn: inputs },
  });
  const block = (name: string): Parameter[] => [
    ...norm(`${name}.attention.norm`),
    linear(`${name}.attention.query`, D, D),
    linear(`${name}.attention.key`, D, D),
    linear(`${name}.attention.value`, D, D),
    linear(`${name}.attention.output`, D, D),
    ...norm(`${name}.feedforward.norm`),
    linear(`${name}.feedforward.in`, D, F),
    linear(`${name}.feedforward.out`, F, D),
  ];
  const blocks = Array.from({ length: layers }, (_, i) => `blocks.${i}`);
  const parameters: Parameter[] = [
    { name: "embedding", shape: [V, D], initial: { normal: true } },
    { name: "positions", shape: [S, D], initial: { normal: true } },
    ...blocks.flatMap(block),
    ...norm("norm"),
    // One row per token, so that the logits of the targets are products with gathered rows.
    { name: "head", shape: [V, D], initial: { uniformFanIn: D } },
  ];
  const tables = ["embedding", "positions"];
  const matrices = parameters.filter(({ name, shape: { length: rank } }) => rank === 2 && !tables.includes(name));

  return {
    name: "transformer",
    parameters,
    outcomes: V,
    matrixParameters: matrices.reduce((total, matrix) => total + size(matrix.shape), 0),
    fields: { tokens: { shape: [S + 1], kind: "int64" } },
    sizes: { n_positions: S, n_embd: D, n_layer: layers, n_head: heads, n_inner: F },
    predict(theta, { tokens }, dtype): Prediction {
      const B = tokens.shape[0];
      const targets = reshape(slice(tokens, { axis: 1, start: 1, end: S + 1 }), [B, S]);
      const { h, hidden } = states(theta, tokens);
      const perToken = (values: Node, ...rest: number[]) => reshape(values, [B, S, ...rest]);
      return {
        logits: perToken(matmul(h, theta.head, { a: false, b: true }), V),
        targets,
        mask: cast(greater(targets, 0), dtype),
        // Products with gathered rows of the head: their derivative has B S rows of D numbers, not of V.
        targetLogits: perToken(sum(mul(h, gather(theta.head, reshape(targets, [B * S]))), [1])),
        hidden: Object.fromEntries(Object.entries(hidden).map(([name, state]) => [name, perToken(state, D)])),
      };
    },
  };

  /** What predicts the token after each of the first S of `tokens` [B, S + 1], before the head, and how it came: [B S, D]. */
  function states(theta: Readonly<Record<string, Node>>, tokens: Node): { h: Node; hidden: Record<string, Node> } {
    const context = slice(tokens, { axis: 1, start: 0, end: S });
    let h = reshape(add(gather(theta.embedding, context), theta.positions), [tokens.shape[0] * S, D]);
    const hidden: Record<string, Node> = { embedding: h };
    for (const name of blocks) {
      h = add(
        h,
        labelled(`${name}/attention`, () => attention(h, theta, `${name}.attention`)),
      );
      h = add(
        h,
        labelled(`${name}/feedforward`, () => feedForwardLayer(h, theta, `${name}.feedforward`)),
      );
      hidden[name] = h;
    }
    h = normalised(h, theta, "norm");
    return { h, hidden: { ...hidden, norm: h } };
  }

  function attention(h: Node, theta: Readonly<Record<string, Node>>, name: string): Node {
    const x = normalised(h, theta, `${name}.norm`);
    const B = h.shape[0] / S;
    const perHead = (y: Node) => transpose(reshape(y, [B, S, heads, D / heads]), [0, 2, 1, 3]);
    const query = perHead(mul(matmul(x, theta[`${name}.query`]), 1 / Math.sqrt(D)));
    const key = perHead(matmul(x, theta[`${name}.key`]));
    const value = perHead(matmul(x, theta[`${name}.value`]));
    const scores = add(matmul(query, key, { a: false, b: true }), causalMask(S, h.dtype));
    const mixed = matmul(softmax(scores), value);
    return matmul(reshape(transpose(mixed, [0, 2, 1, 3]), [B * S, D]), theta[`${name}.output`]);
  }

  function feedForwardLayer(h: Node, theta: Readonly<Record<string, Node>>, name: string): Node {
    const x = normalised(h, theta, `${name}.norm`);
    return matmul(relu(matmul(x, theta[`${name}.in`])), theta[`${name}.out`]);
  }
}

/** gain * x / rms(x) + bias over the last axis. */
function normalised(x: Node, theta: Readonly<Record<string, Node>>, name: string): Node {
  const rms = sqrt(add(mean(mul(x, x), [-1], { keep: true }), EPSILON));
  return add(mul(div(x, rms), theta[`${name}.gain`]), theta[`${name}.bias`]);
}

/** Added to the scores [.., query, key]: 0 where key <= query, so negative elsewhere that its exponential is 0. */
function causalMask(length: number, dtype: DType): Node {
  const places = Array.from({ length }, (_, i) => i);
  const later = greater(literal(places, [length], dtype), literal(places, [length, 1], dtype));
  return mul(cast(later, dtype), -1e9);
}

export const transformerModel = model({
  name: "transformer",
  about: "a decoder-only language model with learned positions, pre-norm and ReLU",
  source: "Vaswani et al. 2017, arXiv:1706.03762; the variant of Gu et al. 2024, arXiv:2402.17759, section 4.1",
  reads: "text",
  settings: section({
    layers: whole(1, 100).describe("blocks"),
    width: whole(1, 8192).describe("D, a multiple of heads"),
    heads: whole(1, 128).describe("attention heads of a block"),
    feedForward: whole(1, 65536).describe("units of a block's feed-forward layer"),
  }).refine(({ width, heads }) => width % heads === 0, {
    error: ({ input }) => `a multiple of model.heads (${(input as { heads: number }).heads})`,
    path: ["width"],
  }),
  inWords: ({ layers, width }) => `transformer with ${counted(layers, "layer")} of width ${width.toLocaleString("en")}`,
  create: (settings, facts) => transformer({ ...settings, ...facts }),
});
