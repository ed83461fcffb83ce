import { literal } from "../graph/constants.js";
import { add, cast, div, exp, greater, mul, relu, sqrt, sub } from "../graph/elementwise.js";
import { gather } from "../graph/indexing.js";
import { matmul } from "../graph/matmul.js";
import { type DType, labelled, type Node, size } from "../graph/node.js";
import { mean, sum } from "../graph/reductions.js";
import { reshape, slice, transpose } from "../graph/shaping.js";
import { logSumExp, softmax } from "../graph/softmax.js";
import type { Model, Parameter } from "./model.js";

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
 * ReLU, untied head, attention scaled by 1/sqrt(width). DESIGN section 5. The loss of an example is the mean
 * -ln p(next token) over its non-padding targets.
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
    losses(theta, { tokens }, dtype) {
      const { targetLogits, normaliser, counted } = predicted(theta, tokens, dtype);
      const nats = reshape(sub(normaliser, targetLogits), counted.shape);
      return div(sum(mul(nats, counted), [1]), sum(counted, [1]));
    },
    outputGradientNorms(theta, { tokens }, dtype) {
      const { logits, targetLogits, normaliser, counted } = predicted(theta, tokens, dtype);
      const p = softmax(logits);
      const right = exp(sub(targetLogits, normaliser));
      // |p - e_target|^2 of every token; each has 1 / count of its example's loss.
      const squares = reshape(relu(add(sub(sum(mul(p, p), [1]), mul(2, right)), 1)), counted.shape);
      return div(sqrt(sum(mul(squares, counted), [1])), sum(counted, [1]));
    },
    logits: (theta, { tokens }) => reshape(unembedded(hidden(theta, tokens), theta), [tokens.shape[0], S, V]),
  };

  /** Of every token to predict: logits [B S, V], the target's [B S], ln sum exp [B S], and 1 or, for padding, 0 [B, S]. */
  function predicted(theta: Readonly<Record<string, Node>>, tokens: Node, dtype: DType) {
    const B = tokens.shape[0];
    const targets = reshape(slice(tokens, { axis: 1, start: 1, end: S + 1 }), [B * S]);
    const h = hidden(theta, tokens);
    const logits = unembedded(h, theta);
    const targetLogits = sum(mul(h, gather(theta.head, targets)), [1]);
    const counted = reshape(cast(greater(targets, 0), dtype), [B, S]);
    return { logits, targetLogits, normaliser: logSumExp(logits), counted };
  }

  /** What predicts the token after each of the first S of `tokens` [B, S + 1], before the head: [B S, D]. */
  function hidden(theta: Readonly<Record<string, Node>>, tokens: Node): Node {
    const context = slice(tokens, { axis: 1, start: 0, end: S });
    let h = reshape(add(gather(theta.embedding, context), theta.positions), [tokens.shape[0] * S, D]);
    for (const name of blocks) {
      h = add(
        h,
        labelled(`${name}/attention`, () => attention(h, theta, `${name}.attention`)),
      );
      h = add(
        h,
        labelled(`${name}/feedforward`, () => feedForwardLayer(h, theta, `${name}.feedforward`)),
      );
    }
    return normalised(h, theta, "norm");
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

/** The logits of every token [B S, V]. */
function unembedded(h: Node, theta: Readonly<Record<string, Node>>): Node {
  return matmul(h, theta.head, { a: false, b: true });
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
