import type { EntryKind } from "../../../src/serve/protocol.js";

/** A quantity of a curve: its key in the points, and how people call it. */
export interface Measure {
  readonly key: string;
  readonly name: string;
}

/** What the curve of a run may be drawn over, and what of. */
export function measuresOf(kind: EntryKind): { readonly over: readonly Measure[]; readonly of: readonly Measure[] } {
  if (kind === "search")
    return {
      over: [
        { key: "epoch", name: "epochs" },
        { key: "cost", name: "cost, conventional learning being 1" },
      ],
      of: [
        { key: "testArea", name: "test area, nats" },
        { key: "validationArea", name: "validation area, nats" },
        { key: "area", name: "desired area, nats" },
        { key: "finalTestLoss", name: "final test loss, nats" },
        { key: "acceleration", name: "acceleration" },
        { key: "gap", name: "optimality gap, nats" },
        { key: "zeroShare", name: "share of weights that are zero" },
      ],
    };
  return {
    over: [
      { key: "step", name: "steps" },
      { key: "tokens", name: "tokens" },
      { key: "work", name: "gradients" },
      { key: "seconds", name: "seconds" },
    ],
    of: [
      { key: "testLoss", name: "test loss, nats" },
      { key: "validationLoss", name: "validation loss, nats" },
      { key: "learningRate", name: "learning rate" },
    ],
  };
}
