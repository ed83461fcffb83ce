import { section } from "../base/settings.js";
import { mul, softplus, sub } from "../graph/elementwise.js";
import { takeAlongAxis } from "../graph/indexing.js";
import type { Node } from "../graph/node.js";
import { reshape } from "../graph/shaping.js";
import { surprisal } from "../graph/softmax.js";
import type { Prediction } from "../models/model.js";
import { type Loss, loss } from "./loss.js";

/**
 * The surprisal of what came, in nats, l = -ln p(y):
 *
 *   of V outcomes     l = ln sum_v exp z_v - z_y
 *   of two            l = softplus((1 - 2 y) z),  z being the log-odds of the second
 *
 * The equal softplus(z) - y z would lose the losses of well learned examples, and their gradients, to cancellation.
 */
export const crossEntropy: Loss = {
  name: "cross-entropy",
  perToken({ logits, targets, targetLogits }: Prediction): Node {
    const [B, S, V] = logits.shape;
    // A row for each prediction, as the model computed them: ONNX Runtime is three times slower over [B, 1] than over [B].
    const flat = (values: Node) => reshape(values, [B * S]);
    if (V === undefined) return reshape(softplus(mul(sub(1, mul(2, flat(targets))), flat(logits))), [B, S]);
    const rows = reshape(logits, [B * S, V]);
    const column = reshape(targets, [B * S, 1]);
    return reshape(surprisal(rows, column, flat(targetLogits ?? takeAlongAxis(rows, column))), [B, S]);
  },
};

export const crossEntropyLoss = loss({
  name: crossEntropy.name,
  about: "the surprisal of what came, -ln p(y)",
  source: "Shannon 1948; DESIGN section 2",
  settings: section({}),
  create: () => crossEntropy,
});
