import type { Floats } from "../passes/passes.js";

/**
 * Clips by the global norm (Pascanu et al. 2013): gradient <- gradient * min(1, limit / |gradient|), in place.
 *
 * @returns |gradient|, the Euclidean norm before clipping
 */
export function clipByNorm(gradient: Floats, limit: number): number {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i] * gradient[i];
  const norm = Math.sqrt(squares);
  if (norm > limit) {
    const factor = limit / norm;
    for (let i = 0; i < gradient.length; i++) gradient[i] *= factor;
  }
  return norm;
}
