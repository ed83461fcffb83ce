import { literal } from "../graph/constants.js";
import {
  add,
  cast,
  div,
  exp,
  greater,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  where,
} from "../graph/elementwise.js";
import { gather, putAlongAxis, scatterAdd, takeAlongAxis } from "../graph/indexing.js";
import { gemm, matmul } from "../graph/matmul.js";
import type { Node } from "../graph/node.js";
import { max, mean, sum } from "../graph/reductions.js";
import { concat, pad, reshape, slice, transpose } from "../graph/shaping.js";
import { logSoftmax, logSumExp, softmax } from "../graph/softmax.js";

/** What `manyOperators` takes. */
export const manyOperatorsShapes = { table: [5, 4], weight: [4, 6], bias: [6] };

/** The operators that are made of others. */
const composites = { logSumExp, sigmoid, softplus };

/** A scalar in which nearly every operator has a part; `made` may replace the composite ones by formulas. */
export function manyOperators(table: Node, weight: Node, bias: Node, made = composites): Node {
  const tokens = literal([1, 4, 1, 0, 2, 1], [6], "int64");
  const rows = gather(table, tokens); // [6, 4]
  const rms = sqrt(add(mean(mul(rows, rows), [-1], { keep: true }), 0.1));
  const x = div(rows, rms);
  const hidden = relu(add(matmul(x, weight), bias)); // [6, 6]
  const gated = mul(made.sigmoid(hidden), made.softplus(sub(hidden, 1)));
  const heads = transpose(reshape(matmul(gated, weight, { a: false, b: true }), [2, 3, 2, 2]), [0, 2, 1, 3]);
  const mixed = matmul(softmax(matmul(heads, heads, { a: false, b: true })), heads);
  const flat = reshape(transpose(mixed, [0, 2, 1, 3]), [6, 4]);
  const logits = gemm(flat, table, matmul(x, table, { a: false, b: true }), { a: false, b: true }); // [6, 5]
  const nats = sub(made.logSumExp(logits), reshape(takeAlongAxis(logits, reshape(tokens, [6, 1])), [6]));
  const scattered = scatterAdd(exp(neg(table)), tokens, flat);
  const put = putAlongAxis(reshape(tokens, [6, 1]), slice(gated, { axis: 1, start: 2, end: 3 }), [6, 5]);
  const joined = concat([logSoftmax(put), pad(gated, { axis: 1, before: 1, after: 0 })], 1);
  const masked = where(greater(x, 0), log(add(mul(x, x), 1)), mul(cast(greater(rows, -0.5), x.dtype), x));
  return [mean(nats), mean(mul(scattered, scattered)), mean(joined), mean(max(joined, [1])), sum(masked)].reduce(add);
}
