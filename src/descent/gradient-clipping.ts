import { type Floats, norm } from "../base/floats.js";

/** What a gradient of that length is multiplied by so that it is no longer than the limit. */
export function clippingFactor(length: number, limit: number): number {
  return length > limit ? limit / length : 1;
}

/**
 * Clips by the global norm (Pascanu et al. 2013): gradient <- gradient * min(1, limit / |gradient|), in place.
 *
 * @param length |gradient|, where it is known
 * @returns |gradient|, the Euclidean norm before clipping
 */
export function clipByNorm(gradient: Floats, limit: number, length = norm(gradient)): number {
  const factor = clippingFactor(length, limit);
  if (factor < 1) {
    for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return length;
}
