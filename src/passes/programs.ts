import { grad, jvp } from "../graph/autodiff.js";
import { input } from "../graph/constants.js";
import { mul } from "../graph/elementwise.js";
import type { DType, Node } from "../graph/node.js";
import { sum } from "../graph/reductions.js";
import type { Model } from "../models/model.js";
import { compile, type Program, type RuntimeOptions, workingSet } from "../runtime/compile.js";

export type FloatType = Extract<DType, "float32" | "float64">;

/**
 * The computations that learning needs, over a batch of B examples. With weights w [B] and f = sum_n w_n l_n:
 *
 *   losses               l_n                               1 unit (matrix products of one forward pass)
 *   outputGradientNorms  |d l_n / d logits|                1 unit
 *   gradient             grad f                            3 units
 *   lossGradient         grad f, and l_n                   3 units
 *   tangent              <direction, grad l_n>             3 units
 *   lossTangent          the same, and l_n                 3 units
 *   lossTangentGradient  the same, and grad f              5 units
 *   costate              tangent, and H_f direction        8 units  (jvp of the gradient: one pass, DESIGN 2.3)
 *
 * Inputs: the parameters by name, `weights`, the fields of the examples, and `direction.NAME`; outputs: `losses`,
 * `outputGradientNorms`, `gradient.NAME`, `contributions`, `product.NAME`.
 */
export type Pass =
  | "losses"
  | "outputGradientNorms"
  | "gradient"
  | "lossGradient"
  | "tangent"
  | "lossTangent"
  | "lossTangentGradient"
  | "costate";

export function passGraph(model: Model, pass: Pass, batch: number, dtype: FloatType): Record<string, Node> {
  const names = model.parameters.map(({ name }) => name);
  const parameters = model.parameters.map(({ name, shape }) => input(name, shape, dtype));
  const fields = Object.entries(model.fields).map(([name, { shape, kind }]) => {
    return [name, input(name, [batch, ...shape], kind === "int64" ? "int64" : dtype)] as const;
  });
  const theta = Object.fromEntries(names.map((name, i) => [name, parameters[i]]));
  const losses = model.losses(theta, Object.fromEntries(fields), dtype);
  const prefixed = (prefix: string, nodes: readonly Node[]) =>
    Object.fromEntries(names.map((name, i) => [`${prefix}.${name}`, nodes[i]]));

  if (pass === "losses") return { losses };
  if (pass === "outputGradientNorms")
    return { outputGradientNorms: model.outputGradientNorms(theta, Object.fromEntries(fields), dtype) };
  const gradient = () => grad(sum(mul(losses, input("weights", [batch], dtype))), parameters);
  if (pass === "gradient") return prefixed("gradient", gradient());
  if (pass === "lossGradient") return { losses, ...prefixed("gradient", gradient()) };
  const direction = model.parameters.map(({ name, shape }) => input(`direction.${name}`, shape, dtype));
  const tangent = () => jvp([losses], parameters, direction)[0];
  if (pass === "tangent") return { contributions: tangent() };
  if (pass === "lossTangent") return { losses, contributions: tangent() };
  if (pass === "lossTangentGradient") return { losses, contributions: tangent(), ...prefixed("gradient", gradient()) };
  const [contributions, ...product] = jvp([losses, ...gradient()], parameters, direction);
  return { contributions, ...prefixed("product", product) };
}

/** Compiles the passes of one model when they are first needed, once for each batch size. */
export class Programs {
  private readonly compiled = new Map<string, Promise<Program>>();
  private cost: { bytes: number; flops: number } | undefined;

  constructor(
    readonly model: Model,
    readonly dtype: FloatType,
    private readonly runtime: RuntimeOptions,
  ) {}

  get(pass: Pass, batch: number): Promise<Program> {
    const key = `${pass}/${batch}`;
    const known = this.compiled.get(key);
    if (known !== undefined) return known;
    const program = compile(passGraph(this.model, pass, batch, this.dtype), this.runtime);
    this.compiled.set(key, program);
    return program;
  }

  /**
   * What one example adds to a batch: the bytes of values alive at once in the largest pass, and the floating-point
   * operations of matrix products in its gradient.
   */
  perExample(): { bytes: number; flops: number } {
    this.cost ??= {
      bytes: this.costOf("costate", 2).bytes - this.costOf("costate", 1).bytes,
      flops: this.costOf("gradient", 1).flops,
    };
    return this.cost;
  }

  private costOf(pass: Pass, batch: number): { bytes: number; flops: number } {
    return workingSet(passGraph(this.model, pass, batch, this.dtype));
  }

  async release(): Promise<void> {
    for (const program of this.compiled.values()) await (await program).release();
    this.compiled.clear();
  }
}
