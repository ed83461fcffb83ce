import type { z } from "zod";
import type { Component, Declared } from "../../base/component.js";

/** The steps that a schedule is for. */
export interface Span {
  /** T. */
  readonly steps: number;
  /** W, steps over which the rate rises linearly to its peak; 0 for none. */
  readonly warmup: number;
}

/** The share, above 0 and at most 1, of the peak that the learning rate is at in step t = 0 .. T - 1, the warm-up aside. */
export type Shape = (t: number) => number;

/** A schedule of the learning rate: its shape after the warm-up. */
export type ScheduleComponent = Component<Span, Shape>;

/** Declares a schedule. */
export function schedule<Schema extends z.ZodObject>(declared: Declared<ScheduleComponent, Schema>): ScheduleComponent {
  return declared as unknown as ScheduleComponent;
}

/** s(t) = max(0, t - W) / (T - W): the part of the way from the warm-up's end to step T, which is not taken. */
export function sinceWarmup({ steps, warmup }: Span, t: number): number {
  return t <= warmup ? 0 : (t - warmup) / (steps - warmup);
}
