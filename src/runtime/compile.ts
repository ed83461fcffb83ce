import { createSession } from "#runtime-backend";
import { InputError } from "../base/errors.js";
import { inputName } from "../graph/constants.js";
import { type Node, size, topologicalOrder } from "../graph/node.js";
import { simplify } from "../graph/simplify.js";
import { onnxModel } from "./onnx-model.js";
import { arrayTypes, type Numbers, type Program, type RuntimeOptions, type Slot } from "./program.js";
import { totalFlops } from "./working-set.js";

export { allocate, type Device, devices, type Numbers, type Program, type RuntimeOptions } from "./program.js";
export { workingSet } from "./working-set.js";

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
  const fusedMatMul = (device === "cpu" || device === "wasm") && !float64;
  const slots = {
    inputs: nodes.flatMap((node) => {
      const name = inputName(node);
      return name === undefined ? [] : slot(name, node);
    }),
    outputs: names.map((name) => slot(name, byName[name])),
  };
  const session = await createSession(onnxModel(byName, { fusedMatMul }), { device, threads, float64, ...slots });
  return {
    flops: totalFlops(nodes),
    async run(inputs, results) {
      refuseUnfit("input", slots.inputs, inputs);
      refuseUnfit("output", slots.outputs, results);
      await session.run(inputs, results);
    },
    release: () => session.release(),
  };
}

function slot(name: string, { dtype, shape }: Node): Slot {
  return { name, dtype, shape, length: size(shape) };
}

function refuseUnfit(kind: string, slots: readonly Slot[], arrays: Readonly<Record<string, Numbers>>): void {
  for (const { name, dtype, length } of slots) {
    const array = arrays[name];
    if (!(array instanceof arrayTypes[dtype]!) || array.length !== length)
      throw new Error(`program ${kind} ${name} must be ${length} numbers of type ${dtype}`);
  }
}
