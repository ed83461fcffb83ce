// learning-law/graph: differentiable tensor programs
export { grad, jvp, vjp } from "./autodiff.js";
export { broadcastTo } from "./broadcasting.js";
export { constant, input, inputName, literal } from "./constants.js";
export {
  add,
  cast,
  div,
  equal,
  exp,
  greater,
  log,
  mul,
  neg,
  type Operand,
  relu,
  sigmoid,
  softplus,
  sqrt,
  sub,
  where,
} from "./elementwise.js";
export { gather, putAlongAxis, scatterAdd, takeAlongAxis } from "./indexing.js";
export { gemm, matmul } from "./matmul.js";
export {
  apply,
  type DType,
  type MaybeZero,
  type Node,
  type OnnxAttributes,
  type OnnxWriter,
  type Operator,
  type Shape,
  ShapeError,
  size,
} from "./node.js";
export { max, mean, sum } from "./reductions.js";
export { concat, pad, reshape, slice, transpose } from "./shaping.js";
export { simplify } from "./simplify.js";
export { logSoftmax, logSumExp, softmax, surprisal } from "./softmax.js";
