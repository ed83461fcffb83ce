import type { PolicyBlocks } from "../policy-blocks.js";
import type { SearchPoint } from "./step-rule.js";

/** c of the condition. Larger than usual: a step that lowers J by little has gone too far, and the next one goes back. */
export const SUFFICIENT = 0.1;

/** Of J, what a sum of float32 losses still shows. */
const RESOLUTION = 1e-8;

/** < candidate - gamma, dJ >, what J changes to first order by a move to the candidate, in nats; not above 0. */
export function expectedChange(
  { weights, gradient }: SearchPoint,
  candidate: Float32Array,
  blocks: PolicyBlocks,
): number {
  return Math.min(0, blocks.dot(candidate, gradient) - blocks.dot(weights, gradient));
}

/**
 * Whether J falls by a share of what is expected (Armijo 1966; along the projection Bertsekas 1976):
 *
 *   J(candidate) <= J + c < candidate - gamma, dJ >
 */
export function sufficientDecrease(area: number, expected: number, candidateArea: number): boolean {
  return candidateArea <= area + SUFFICIENT * expected;
}

/** Whether the expected change is too small to be seen in J. */
export function invisible(area: number, expected: number): boolean {
  return -expected <= RESOLUTION * area;
}
