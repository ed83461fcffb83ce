import { InputError } from "../base/errors.js";
import { readSafetensors, writeSafetensors } from "../files/safetensors.js";
import { type Policy, policyDefect } from "../search/policy.js";

/** The name of the one tensor, float32 of shape [T, N], in a policy's safetensors file. */
const TENSOR = "policy";

/** Writes a policy where any trainer can read it; throws InputError if the path cannot be written. */
export function savePolicy(path: string, policy: Policy): void {
  writeSafetensors(path, { [TENSOR]: { data: policy.weights, shape: [policy.steps, policy.examples] } });
}

/**
 * Reads a policy.
 *
 * @param expected the T and N that it must have
 * @throws InputError if the file cannot be read or is damaged, if it has another shape, or if a step's weights are
 *   negative or do not sum to 1
 */
export function loadPolicy(path: string, expected?: { steps: number; examples: number }): Policy {
  const { tensors } = readSafetensors(path);
  if (!Object.hasOwn(tensors, TENSOR)) {
    throw new InputError(`${path} holds no tensor "${TENSOR}"; it holds ${Object.keys(tensors).join(", ") || "none"}`);
  }
  const { data, shape } = tensors[TENSOR];
  const [steps, examples] = shape;
  if (!(data instanceof Float32Array) || shape.length !== 2) {
    throw new InputError(`tensor "${TENSOR}" of ${path} must be float32 of shape [steps, examples]`);
  }
  if (expected && (steps !== expected.steps || examples !== expected.examples)) {
    throw new InputError(
      `the policy in ${path} has shape [${steps}, ${examples}]; ` +
        `[${expected.steps}, ${expected.examples}] (steps, examples) is expected`,
    );
  }
  const policy = { steps, examples, weights: data };
  const defect = policyDefect(policy);
  if (defect !== undefined) throw new InputError(`in the policy of ${path}, ${defect}`);
  return policy;
}
