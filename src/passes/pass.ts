import type { FloatType } from "../base/floats.js";
import { input } from "../graph/constants.js";
import type { Node } from "../graph/node.js";
import { exampleLosses, type Loss } from "../losses/loss.js";
import type { Model, Prediction } from "../models/model.js";

/**
 * A computation over a batch of B examples. Whoever measures something declares what it needs of the graph as a constant of
 * this type, beside the measurement (standard-passes.ts has those that learning needs); an engine compiles it when it is
 * first run.
 */
export interface Pass {
  readonly name: string;
  /** Its results by name, made from the parts that it is given. */
  results(parts: PassParts): Readonly<Record<string, Node>>;
}

/** What a pass can be made from. Its inputs are the parameters by name, the fields of the examples, and those asked for. */
export interface PassParts {
  /** The parameters by name, and in the order of the model. */
  readonly theta: Readonly<Record<string, Node>>;
  readonly parameters: readonly Node[];
  readonly prediction: Prediction;
  readonly loss: Loss;
  /** Losses in nats of every prediction, [B, S], and of every example, [B]. */
  readonly tokenLosses: Node;
  readonly losses: Node;
  /** An input of this name: a number for every example, [B]. */
  perExample(name: string): Node;
  /** An input of this name: a number for every prediction, [B, S]. */
  perToken(name: string): Node;
  /** An input for every parameter, `PREFIX.PARAMETER`, of its shape, in the order of the model. */
  perParameter(prefix: string): Node[];
  /** Nodes in the order of the parameters as results `PREFIX.PARAMETER`. */
  named(prefix: string, nodes: readonly Node[]): Record<string, Node>;
}

/** The graph of a pass over batches of `batch` examples, as its outputs by name. */
export function passGraph(
  { model, loss }: { model: Model; loss: Loss },
  pass: Pass,
  batch: number,
  dtype: FloatType,
): Readonly<Record<string, Node>> {
  const names = model.parameters.map(({ name }) => name);
  const parameters = model.parameters.map(({ name, shape }) => input(name, shape, dtype));
  const theta = Object.fromEntries(names.map((name, i) => [name, parameters[i]]));
  const fields = Object.entries(model.fields).map(([name, { shape, kind }]) => {
    return [name, input(name, [batch, ...shape], kind === "int64" ? "int64" : dtype)] as const;
  });
  const prediction = model.predict(theta, Object.fromEntries(fields), dtype);
  const tokenLosses = loss.perToken(prediction);
  return pass.results({
    ...{ theta, parameters, prediction, loss, tokenLosses },
    losses: exampleLosses(tokenLosses, prediction),
    perExample: (name) => input(name, [batch], dtype),
    perToken: (name) => input(name, tokenLosses.shape, dtype),
    perParameter: (prefix) => model.parameters.map(({ name, shape }) => input(`${prefix}.${name}`, shape, dtype)),
    named: (prefix, nodes) => Object.fromEntries(names.map((name, i) => [`${prefix}.${name}`, nodes[i]])),
  });
}
