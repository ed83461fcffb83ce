/** The shapes of a learning rate after its warm-up. */
export const scheduleNames = ["constant", "linear", "cosine", "wsd"] as const;
export type ScheduleName = (typeof scheduleNames)[number];

export interface RateSchedule {
  readonly schedule: ScheduleName;
  /** The peak, eta. */
  readonly learningRate: number;
  /** T. */
  readonly steps: number;
  /** W, steps over which the rate rises linearly to its peak; 0 for none. */
  readonly warmup: number;
  /** Of `wsd`: the share of the T steps, the last ones, over which the rate falls. */
  readonly decay: number;
}

/**
 * The learning rate of step t = 0 .. T - 1:
 *
 *   eta(t) = eta * min(1, (t + 1) / max(1, W)) * shape(t)        s(t) = max(0, t - W) / (T - W)
 *
 *   constant   shape = 1
 *   linear     shape = 1 - s
 *   cosine     shape = (1 + cos(pi s)) / 2                       Loshchilov & Hutter 2017, without restarts
 *   wsd        shape = min(1, (T - t) / (decay T))               warm-up, stable, decay: Hu et al. 2024, Haegele et al. 2024
 *
 * Step W - 1 is the first at the peak. Where the shape falls it would be 0 at step T, which is not taken: no step is lost.
 */
export function scheduledRate({ schedule, learningRate, steps, warmup, decay }: RateSchedule, t: number): number {
  const rise = Math.min(1, (t + 1) / Math.max(1, warmup));
  const s = t <= warmup ? 0 : (t - warmup) / (steps - warmup);
  return learningRate * rise * shape(schedule, s, (steps - t) / (decay * steps));
}

/**
 * @param s the part of the way from the warm-up's end to T
 * @param left the steps left over those of the decay; infinite where there is none
 */
function shape(schedule: ScheduleName, s: number, left: number): number {
  if (schedule === "linear") return 1 - s;
  if (schedule === "cosine") return (1 + Math.cos(Math.PI * s)) / 2;
  return schedule === "wsd" ? Math.min(1, left) : 1;
}
