import { InputError } from "../base/errors.js";
import type { Shape } from "../graph/node.js";
import type { Device, Numbers, Slot } from "./program.js";

/** What a backend needs to know beside the model's bytes. */
export interface SessionOptions {
  readonly device: Device;
  /** Threads of one operator on the CPU; 0 for all cores. */
  readonly threads: number;
  /** Whether the model computes in float64. */
  readonly float64: boolean;
  /** The inputs and outputs of the model by name. */
  readonly inputs: ReadonlyMap<string, Slot>;
  readonly outputs: ReadonlyMap<string, Slot>;
}

/** A model that is loaded and ready to run. */
export interface Session {
  /** Runs the model once: writes every output into the array given for it. The arrays fit: they are checked before. */
  run(inputs: Readonly<Record<string, Numbers>>, outputs: Readonly<Record<string, Numbers>>): Promise<void>;
  /** Frees what the session holds. */
  release(): Promise<void>;
}

/**
 * What a backend is: the bytes of an ONNX model become a session on a device. Which backend `#runtime-backend` stands for
 * is chosen in package.json, by whoever resolves it: the web one in a bundle for browsers, the Node one elsewhere.
 *
 * @throws InputError where the device is absent
 */
export type CreateSession = (model: Uint8Array, options: SessionOptions) => Promise<Session>;

/** The arrays of some inputs or outputs, each in a tensor of ONNX Runtime's (its kind is the backend's), not copied. */
export function tensors<Tensor>(
  TensorType: new (dtype: "float32", data: Float32Array, shape: Shape) => Tensor,
  slots: ReadonlyMap<string, Slot>,
  arrays: Readonly<Record<string, Numbers>>,
): Record<string, Tensor> {
  const result: Record<string, Tensor> = {};
  // One of the overloads of a constructor that takes all of our types.
  for (const [name, { dtype, shape }] of slots)
    result[name] = new TensorType(dtype as "float32", arrays[name] as Float32Array, shape);
  return result;
}

/** The refusal of a device that the build of ONNX Runtime at hand has no code for. */
export function unknownDevice(device: Device): InputError {
  return new InputError(`device ${device} is not known to this build of ONNX Runtime; use --device cpu`);
}

/** The refusal of a device that ONNX Runtime could not use, with its reason in one line. */
export function unusableDevice(device: Device, error: unknown): InputError {
  const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0].split(" was false. ").at(-1);
  return new InputError(`device ${device} cannot be used on this machine (${reason}); use --device cpu`);
}
