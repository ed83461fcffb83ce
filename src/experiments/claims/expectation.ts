import { z } from "zod";

/** A published figure or trend, as plain data: what `verdictOf` holds a measurement against. */
export type Expectation = Readonly<z.infer<typeof Expectation>>;
export const Expectation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("equals"), value: z.number(), from: z.number().optional() }),
  z.strictObject({ kind: z.literal("at least"), value: z.number(), from: z.number() }),
  z.strictObject({ kind: z.literal("at most"), value: z.number(), from: z.number() }),
  z.strictObject({ kind: z.literal("increases") }),
  z.strictObject({ kind: z.literal("tends"), value: z.number() }),
]);

/** How far a measurement may be from what was published. */
export type Tolerance = Readonly<z.infer<typeof Tolerance>>;
export const Tolerance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("absolute"), value: z.number().min(0) }),
  z.strictObject({ kind: z.literal("relative"), value: z.number().min(0).lt(1) }),
  z.strictObject({ kind: z.literal("standard errors"), value: z.number().min(0) }),
]);

interface From {
  /** The value without the effect that is claimed, such as an acceleration of 1: beyond it lies the other way. */
  readonly from?: number;
}

/** The published value. Without `from` it has no other way, and cannot be refuted, only missed. */
export const equals = (value: number, { from }: From = {}): Expectation =>
  from === undefined ? { kind: "equals", value } : { kind: "equals", value, from };

/** A value from here on. `from` is the bound itself by default: below it lies the other way. */
export const atLeast = (value: number, { from = value }: From = {}): Expectation => ({ kind: "at least", value, from });

/** A value up to here. `from` is the bound itself by default: above it lies the other way. */
export const atMost = (value: number, { from = value }: From = {}): Expectation => ({ kind: "at most", value, from });

/** A series whose every value is above the one before. */
export const increases: Expectation = { kind: "increases" };

/** A series that ends near a limit; moving away from it is the other way. */
export const tendsTo = (value: number): Expectation => ({ kind: "tends", value });

/** The same distance everywhere, in the unit of the figures. */
export const absolute = (value: number): Tolerance => ({ kind: "absolute", value });

/** This share of the value that the figures are compared with, from 0 to below 1. */
export const relative = (value: number): Tolerance => ({ kind: "relative", value });

/** This many standard errors of the mean of the figures, of which there must be two at least. */
export const standardErrors = (value: number): Tolerance => ({ kind: "standard errors", value });

/** Nothing: a bound or a direction is met or it is not. */
export const exact: Tolerance = absolute(0);
