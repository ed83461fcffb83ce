import type { z } from "zod";
import type { Component, Declared, Settings } from "../../base/component.js";
import type { GradientNorms } from "./refinement.js";

/** The steps that a schedule is for. */
export interface Span {
  /** T. */
  readonly steps: number;
  /** W, steps over which the rate rises linearly to its peak; 0 for none. */
  readonly warmup: number;
}

/** What a schedule can depend on beside its settings and the step. */
export interface ScheduleFacts extends Span {
  /** eta, the peak. */
  readonly learningRate: number;
  /** B, examples a step. */
  readonly batch: number;
  /** Predictions of an example that is not padded: tokens of a language model. */
  readonly length: number;
}

/** The share, above 0 and at most 1, of the peak that the learning rate is at in step t = 0 .. T - 1, the warm-up aside. */
export type Shape = (t: number) => number;

/** A schedule of the learning rate: its shape after the warm-up, a pure function of the step. */
export interface ScheduleComponent extends Component<ScheduleFacts, Shape> {
  /** Of a schedule that is made from a recorded training. */
  readonly recorded?: Recorded;
}

/**
 * What a schedule takes from a recorded training. That is made once, when a configuration is resolved, and is a setting then:
 * a run's own configuration holds all that its rates depend on.
 */
export interface Recorded {
  /** The setting that holds it. */
  readonly key: string;
  /**
   * Makes it from the other settings.
   *
   * @param read the gradient norms that a path stands for; throws InputError where it stands for none
   */
  make(settings: Settings, read: (path: string) => GradientNorms): unknown;
}

/** Declares a schedule. */
export function schedule<Schema extends z.ZodObject>(declared: Declared<ScheduleComponent, Schema>): ScheduleComponent {
  return declared as unknown as ScheduleComponent;
}

/** s(t) = max(0, t - W) / (T - W): the part of the way from the warm-up's end to step T, which is not taken. */
export function sinceWarmup({ steps, warmup }: Span, t: number): number {
  return t <= warmup ? 0 : (t - warmup) / (steps - warmup);
}
