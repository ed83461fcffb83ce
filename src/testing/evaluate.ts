import { type Node, size } from "../graph/node.js";
import { allocate, compile, type Numbers, type RuntimeOptions } from "../runtime/compile.js";

/** Compiles a graph for one thread; the function returned runs it and gives every output in a new array. */
export async function compiled<Name extends string>(
  outputs: Readonly<Record<Name, Node>>,
  options: RuntimeOptions = { threads: 1 },
) {
  const program = await compile(outputs, options);
  return async (inputs: Readonly<Record<string, Numbers>> = {}) => {
    const entries = Object.entries<Node>(outputs).map(([name, { dtype, shape }]) => [
      name,
      allocate(dtype, size(shape)),
    ]);
    const results: Record<Name, Numbers> = Object.fromEntries(entries);
    await program.run(inputs, results);
    return results;
  };
}

/** The values of one node, of any type but bool. */
export async function valuesOf(node: Node, inputs: Readonly<Record<string, Numbers>> = {}): Promise<number[]> {
  const { value } = await (await compiled({ value: node }))(inputs);
  return Array.from(value, Number);
}
