import type { Chosen } from "../base/component.js";
import { schedules } from "./schedules/registry.js";
import type { ScheduleFacts, Shape, Span } from "./schedules/schedule.js";

/**
 * eta[t] = eta * min(1, (t + 1) / max(1, W)) * shape(t), t = 0 .. T - 1 (DESIGN 2.1): a linear warm-up, whose step W - 1 is
 * the first at the peak, and the schedule's shape.
 *
 * @param peak eta
 */
export function learningRates(peak: number, { warmup }: Pick<Span, "warmup">, shape: Shape): (t: number) => number {
  return (t) => peak * Math.min(1, (t + 1) / Math.max(1, warmup)) * shape(t);
}

/** eta[t] of the schedule that was chosen. Throws InputError where there is no such schedule. */
export function scheduledRates(chosen: Chosen, facts: ScheduleFacts): (t: number) => number {
  return learningRates(facts.learningRate, facts, schedules.create(chosen, facts));
}
