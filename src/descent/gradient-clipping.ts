import { type Floats, norm } from "../base/floats.js";

/**
 * Clips by the global norm (Pascanu et al. 2013): gradient <- gradient * min(1, limit / |gradient|), in place.
 *
 * @returns |gradient|, the Euclidean norm before clipping
 */
export function clipByNorm(gradient: Floats, limit: number): number {
  const length = norm(gradient);
  if (length > limit) {
    const factor = limit / length;
    for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return length;
}
