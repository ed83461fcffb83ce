import { z } from "zod";
import type { Run } from "../log/run.js";

/** What was measured of one epoch's policy: a line of metrics.jsonl. Areas and losses in nats, on test unless said. */
export interface EpochMetrics {
  readonly epoch: number;
  /** J, on the desired examples that the search sees. */
  readonly area: number;
  readonly validationArea: number;
  readonly testArea: number;
  readonly finalTestLoss: number;
  readonly compressionRatio: number;
  /** Against conventional learning (epoch 0); 1 for that itself. Null where its final loss is never reached, or makes no measure. */
  readonly acceleration: number | null;
  /** Of the T x N weights, the share that is zero. */
  readonly zeroShare: number;
  /** The share of the zero weights that lies on perturbed examples; null where there are none of either. */
  readonly zeroPerturbedShare: number | null;
  /**
   * The first-order optimality gap in nats, and the shares that equal stretches of time have in it. Of a run of an earlier
   * program, which did not measure it, null and none.
   */
  readonly gap: number | null;
  readonly gapByStretch: readonly number[];
  /** Trajectories that the step to this policy took; null of a run of an earlier program. */
  readonly trials: number | null;
  /** What the search had cost by then, evaluation aside; conventional learning is 1. Null of a run of an earlier program. */
  readonly cost: number | null;
}

/** What a line of metrics.jsonl is checked by. */
export const EpochMetrics: z.ZodType<EpochMetrics> = z.object({
  epoch: z.int().min(0),
  area: z.number(),
  validationArea: z.number(),
  testArea: z.number(),
  finalTestLoss: z.number(),
  compressionRatio: z.number(),
  acceleration: z.number().nullable(),
  zeroShare: z.number(),
  zeroPerturbedShare: z.number().nullable(),
  gap: z.number().nullable().default(null),
  gapByStretch: z.array(z.number()).default([]),
  trials: z.int().nullable().default(null),
  cost: z.number().nullable().default(null),
});

/** The epoch with the smallest validation area; the first of several. */
export function bestEpoch(metrics: readonly EpochMetrics[]): EpochMetrics {
  return metrics.reduce((best, epoch) => (epoch.validationArea < best.validationArea ? epoch : best));
}

/** The test curve of conventional learning, which accelerations are measured against. */
export const BASELINE = "baseline.json";

/** L(theta[t]) on test of conventional learning, t = 1 .. T, in nats. */
export function readBaseline(run: Run): Float64Array {
  return Float64Array.from(run.read(BASELINE, z.object({ testCurve: z.array(z.number()) })).testCurve);
}
