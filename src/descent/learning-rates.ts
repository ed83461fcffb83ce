import type { Shape, Span } from "./schedules/schedule.js";

/**
 * eta[t] = eta * min(1, (t + 1) / max(1, W)) * shape(t), t = 0 .. T - 1 (DESIGN 2.1): a linear warm-up, whose step W - 1 is
 * the first at the peak, and the schedule's shape.
 *
 * @param peak eta
 */
export function learningRates(peak: number, { warmup }: Pick<Span, "warmup">, shape: Shape): (t: number) => number {
  return (t) => peak * Math.min(1, (t + 1) / Math.max(1, warmup)) * shape(t);
}
