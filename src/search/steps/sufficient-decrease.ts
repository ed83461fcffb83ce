import type { PolicyBlocks } from "../policy-blocks.js";
import type { AreaOf, SearchPoint } from "./step-rule.js";

/** c of the condition. Larger than usual: a step that lowers J by little has gone too far, and the next one goes back. */
export const SUFFICIENT = 0.1;

/** Of J, what a sum of float32 losses still shows. */
const RESOLUTION = 1e-8;

/** < candidate - gamma, dJ >, what J changes to first order by a move to the candidate, in nats; not above 0. */
function expectedChange({ weights, gradient }: SearchPoint, candidate: Float32Array, blocks: PolicyBlocks): number {
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

/**
 * The first of start, start/2, start/4 ... under whose candidate J falls enough; each that is refused costs a trajectory.
 * Undefined where what J may still fall by is too little to be seen in it.
 *
 * @param candidate writes the weights of a step of this length into `into`
 */
export async function lineSearch(
  point: SearchPoint,
  { blocks, areaOf, into }: { readonly blocks: PolicyBlocks; readonly areaOf: AreaOf; readonly into: Float32Array },
  start: number,
  candidate: (length: number) => void,
): Promise<number | undefined> {
  for (let length = start; ; length /= 2) {
    candidate(length);
    const expected = expectedChange(point, into, blocks);
    if (-expected <= RESOLUTION * point.area) return undefined;
    if (sufficientDecrease(point.area, expected, await areaOf(into))) return length;
  }
}
