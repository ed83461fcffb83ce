import { type Floats, norm } from "../base/floats.js";

/**
 * Clips by the global norm (Pascanu et al. 2013): gradient <- gradient * min(1, limit / |gradient|), in place.
 *
 * @param length |gradient|, where it is known
 * @returns |gradient|, the Euclidean norm before clipping
 */
export function clipByNorm(gradient: Floats, limit: number, length = norm(gradient)): number {
  if (length > limit) {
    const factor = limit / length;
    for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return length;
}
