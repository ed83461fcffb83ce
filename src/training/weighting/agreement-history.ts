import type { PolicyState } from "./online-policy.js";

/** How far the halves of the desired set agreed when a policy measured contributions in a step, counted from 1. */
export interface AgreementAt {
  readonly step: number;
  /** As `Agreement` has it: 1 at most. */
  readonly agreement: number;
}

/** Remembers the agreement of every measuring step of a training. */
export class AgreementHistory {
  private measured: AgreementAt[] = [];

  /** Adds what was measured in step t = 0, 1, .. */
  add(t: number, agreement: number): void {
    this.measured.push({ step: t + 1, agreement });
  }

  /** Nothing where nothing was measured. */
  state(): PolicyState {
    if (this.measured.length === 0) return {};
    return {
      steps: Float64Array.from(this.measured, ({ step }) => step),
      values: Float64Array.from(this.measured, ({ agreement }) => agreement),
    };
  }

  restore(state: PolicyState): void {
    this.measured = agreementsOf(state);
  }
}

/** What a state of `AgreementHistory` says; nothing of one that an earlier version wrote. */
export function agreementsOf({ steps = new Float64Array(), values = new Float64Array() }: PolicyState): AgreementAt[] {
  return Array.from(steps, (step, i) => ({ step, agreement: values[i] }));
}
