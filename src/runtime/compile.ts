import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { InputError } from "../base/errors.js";
import { inputName } from "../graph/constants.js";
import { matrixFlops } from "../graph/matmul.js";
import { type DType, type Node, type Shape, size, topologicalOrder } from "../graph/node.js";
import { simplify } from "../graph/simplify.js";
import { onnxModel } from "./onnx-model.js";

export type Device = "cpu" | "webgpu" | "cuda";
export const devices: readonly Device[] = ["cpu", "webgpu", "cuda"];

export interface RuntimeOptions {
  /** Where programs run; `cpu` by default. */
  readonly device?: Device;
  /** Threads of one operator on the CPU; all cores by default. Results do not depend on it. */
  readonly threads?: number;
}

export type Numbers = Float32Array | Float64Array | BigInt64Array;

/** A compiled graph. */
export interface Program {
  /** Floating-point operations of its matrix products in one run. */
  readonly flops: number;
  /**
   * Runs the program once. `inputs` holds an array of the right length for each input by name and is not copied;
   * every output is written into the array given for it.
   */
  run(inputs: Readonly<Record<string, Numbers>>, outputs: Readonly<Record<string, Numbers>>): Promise<void>;
  /** Frees what the runtime holds for the program. */
  release(): Promise<void>;
}

/** Compiles a graph, given as its outputs by name, for ONNX Runtime. Throws InputError where the device is absent. */
export async function compile(
  outputs: Readonly<Record<string, Node>>,
  { device = "cpu", threads = 0 }: RuntimeOptions = {},
): Promise<Program> {
  const names = Object.keys(outputs);
  const simplified = simplify(Object.values(outputs));
  const byName = Object.fromEntries(names.map((name, i) => [name, simplified[i]]));
  const nodes = topologicalOrder(simplified);
  const float64 = nodes.some(({ dtype }) => dtype === "float64");
  // It has no float64: ONNX Runtime would run such operators on the CPU instead, without a word.
  if (float64 && device === "webgpu")
    throw new InputError("device webgpu cannot run float64 programs; use --device cpu");
  const fusedMatMul = device === "cpu" && !float64;
  const session = await createSession(onnxModel(byName, { fusedMatMul }), device, threads, float64);

  const inputSlots = new Map(
    nodes.filter((node) => inputName(node) !== undefined).map((node) => [inputName(node)!, slot(node)]),
  );
  const outputSlots = new Map(names.map((name, i) => [name, slot(simplified[i])]));
  return {
    flops: totalFlops(nodes),
    async run(inputs, results) {
      await session.run(tensors("input", inputSlots, inputs), tensors("output", outputSlots, results));
    },
    release: () => session.release(),
  };
}

/**
 * What a graph would cost, without compiling it: the floating-point operations of its matrix products, and the most
 * bytes of values alive at a time if every value is freed after its last use.
 */
export function workingSet(outputs: Readonly<Record<string, Node>>): { flops: number; bytes: number } {
  const simplified = simplify(Object.values(outputs));
  const nodes = topologicalOrder(simplified);
  return { flops: totalFlops(nodes), bytes: peakBytes(nodes, simplified) };
}

function totalFlops(nodes: readonly Node[]): number {
  return nodes.reduce((total, node) => total + matrixFlops(node), 0);
}

interface Slot {
  dtype: DType;
  shape: Shape;
  length: number;
}

function slot({ dtype, shape }: Node): Slot {
  return { dtype, shape, length: size(shape) };
}

const arrayTypes: Partial<Record<DType, new (length: number) => Numbers>> = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
};

/** An array for a value of this type; bool values stay inside programs. */
export function allocate(dtype: DType, length: number): Numbers {
  return new arrayTypes[dtype]!(length);
}

function tensors(
  kind: string,
  slots: Map<string, Slot>,
  arrays: Readonly<Record<string, Numbers>>,
): Record<string, Tensor> {
  const result: Record<string, Tensor> = {};
  for (const [name, { dtype, shape, length }] of slots) {
    const array = arrays[name];
    if (!(array instanceof arrayTypes[dtype]!) || array.length !== length)
      throw new Error(`program ${kind} ${name} must be ${length} numbers of type ${dtype}`);
    result[name] = new Tensor(dtype as "float32", array as Float32Array, shape);
  }
  return result;
}

/** Counts live bytes along the order of execution; a reshape is its input under another shape. */
function peakBytes(nodes: readonly Node[], outputs: readonly Node[]): number {
  const width: Record<DType, number> = { float32: 4, float64: 8, int64: 8, bool: 1 };
  const isReshape = (node: Node) => node.operator.name === "reshape";
  const bytes = (node: Node) => (isReshape(node) ? 0 : size(node.shape) * width[node.dtype]);
  const owner = (node: Node): Node => (isReshape(node) ? owner(node.inputs[0]) : node);
  const lastUse = new Map<Node, number>();
  nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(owner(input), i);
  });
  for (const output of outputs) lastUse.set(owner(output), nodes.length);
  const freedAt = new Map<number, number>();
  for (const [node, at] of lastUse) freedAt.set(at, (freedAt.get(at) ?? 0) + bytes(node));
  let live = 0;
  let peak = 0;
  nodes.forEach((node, i) => {
    live += bytes(node);
    peak = Math.max(peak, live);
    live -= freedAt.get(i) ?? 0;
  });
  return peak;
}

// Failures come back as exceptions, which say enough: an absent device must not also print on the terminal.
env.logLevel = "fatal";

async function createSession(
  model: Uint8Array,
  device: Device,
  threads: number,
  float64: boolean,
): Promise<InferenceSession> {
  if (!listSupportedBackends().some(({ name }) => name === device))
    throw new InputError(`device ${device} is not known to this build of ONNX Runtime; use --device cpu`);
  try {
    return await InferenceSession.create(model, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      // Past "basic" it fuses scalings into products as float32 attributes: float64 would keep 8 digits of a factor.
      graphOptimizationLevel: float64 ? "basic" : "all",
      logSeverityLevel: device === "cpu" ? 3 : 4,
      // Threads that go on spinning after a run take the cores from the next program's (measured: 1.6 times slower).
      extra: { session: { force_spinning_stop: "1" } },
    });
  } catch (error) {
    if (device === "cpu") throw error;
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0].split(" was false. ").at(-1);
    throw new InputError(`device ${device} cannot be used on this machine (${reason}); use --device cpu`);
  }
}
