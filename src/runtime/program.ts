import type { DType, Shape } from "../graph/node.js";

/**
 * Where programs run. Of these a browser has `cpu` (WebAssembly) and, where it finds a GPU, `webgpu`. `wasm` is WebAssembly on
 * one thread everywhere: slower under Node, and its numbers are the same on every machine.
 */
export type Device = "cpu" | "wasm" | "webgpu" | "cuda";
/** All devices by name; whether one is there shows when a program is compiled for it. */
export const devices: readonly Device[] = ["cpu", "wasm", "webgpu", "cuda"];

/** Where and how programs run. */
export interface RuntimeOptions {
  /** Where programs run; `cpu` by default. */
  readonly device?: Device;
  /** Threads of one operator on the CPU; all cores by default. Results do not depend on it. */
  readonly threads?: number;
}

/** The arrays that programs read and write, row-major. */
export type Numbers = Float32Array | Float64Array | BigInt64Array;

/** A compiled graph. */
export interface Program {
  /** Floating-point operations of its matrix products in one run. */
  readonly flops: number;
  /**
   * Runs the program once. `inputs` holds an array of the right length for each input by name and is not copied;
   * every output is written into the array given for it.
   *
   * @throws Error for an array of another type or length
   */
  run(inputs: Readonly<Record<string, Numbers>>, outputs: Readonly<Record<string, Numbers>>): Promise<void>;
  /** Frees what the runtime holds for the program. */
  release(): Promise<void>;
}

/** What an input or output is: the `length` elements of `shape`. */
export interface Slot {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly length: number;
}

/** The array type of a value; bool values stay inside programs. */
export const arrayTypes: Partial<Record<DType, new (length: number) => Numbers>> = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
};

/** An array of `length` zeros for a value of this type; bool values stay inside programs. */
export function allocate(dtype: DType, length: number): Numbers {
  return new arrayTypes[dtype]!(length);
}
