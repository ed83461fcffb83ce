import type { Floats } from "../../base/floats.js";
import type { GradientOpposition } from "./gradient-opposition.js";
import type { InterferenceMeter, SampleChanges, SampleLosses } from "./interference-meter.js";

/** A learning process under way: `Training` is one, under a searched policy too. */
export interface LearningUnderWay {
  /** Steps taken, t. */
  readonly steps: number;
  /** theta[t]: steps change it. */
  readonly theta: Floats;
  /** Takes step t. */
  step(): Promise<void>;
}

/** What is measured about step t (DESIGN 2.6). */
export interface StepInterference {
  /** t, the steps taken before it. */
  readonly step: number;
  /** The mean losses of the sample's tokens at theta[t], in nats. */
  readonly loss: { readonly train: number; readonly unseen: number };
  /** From theta[t] to theta[t + 1]. */
  readonly next: SampleChanges;
  /** From theta[t] to theta[2t]; null where the process does not come so far. */
  readonly doubled: SampleChanges | null;
  /** The tokens' gradients at theta[t] beside the update of step t; null where none were taken. */
  readonly gradients: GradientOpposition | null;
}

/** What of a measurement is known already, and whom a new one is shown. */
export interface MeasureInterferenceOptions {
  /** What was measured about a step before, and its tokens' losses where `doubled` is yet to come. */
  readonly known?: (
    step: number,
  ) => { readonly measured: StepInterference; readonly losses?: SampleLosses } | undefined;
  /** Called where something is to be measured, before it is. */
  readonly onArrival?: (step: number) => void;
  /** What was measured about a step, with its losses; again when `doubled` is known, then without them. */
  readonly onMeasured?: (measured: StepInterference, losses?: SampleLosses) => void;
  /** Called with the number of steps taken. */
  readonly onStep?: (step: number) => void;
}

/**
 * Drives a process on and measures interference about the steps. Each costs two passes for losses (DESIGN 2.6), one where the
 * step before was measured too, one more for 2t where that is none of them, and a gradient for each token.
 *
 * @param steps t of theta[t], in order, none before where the process stands unless known
 * @param last the process is driven no further than theta[last]
 * @returns what was measured, in the order of the steps
 */
export async function measureInterference(
  process: LearningUnderWay,
  meter: InterferenceMeter,
  steps: readonly number[],
  last: number,
  { known, onArrival, onMeasured, onStep }: MeasureInterferenceOptions = {},
): Promise<StepInterference[]> {
  const measured = new Map<number, StepInterference>();
  const losses = new Map<number, SampleLosses>();
  for (const step of steps) {
    const before = known?.(step);
    if (before === undefined) continue;
    measured.set(step, before.measured);
    if (before.losses !== undefined) losses.set(step, before.losses);
  }
  let newest: { step: number; losses: SampleLosses } | undefined;
  const lossesHere = async () => {
    if (newest?.step !== process.steps) newest = { step: process.steps, losses: await meter.losses(process.theta) };
    return newest.losses;
  };

  for (const t of eventsOf(steps, last, (step) => measured.get(step))) {
    const step = async () => {
      await process.step();
      onStep?.(process.steps);
    };
    while (process.steps < t) await step();
    onArrival?.(t);
    const half = measured.get(t / 2);
    if (half?.doubled === null) {
      const whole = { ...half, doubled: meter.changes(losses.get(t / 2)!, await lossesHere()) };
      measured.set(t / 2, whole);
      losses.delete(t / 2);
      onMeasured?.(whole);
    }
    if (!steps.includes(t) || measured.has(t)) continue;
    const here = await lossesHere();
    const theta = process.theta.slice();
    await step();
    const found: StepInterference = {
      ...{ step: t, loss: meter.means(here), next: meter.changes(here, await lossesHere()), doubled: null },
      gradients: await meter.opposition(theta, process.theta),
    };
    measured.set(t, found);
    losses.set(t, here);
    onMeasured?.(found, here);
  }
  return steps.map((step) => measured.get(step)!);
}

/** Where something is to be measured, in order: about steps that are not known, and at twice those whose `doubled` is to come. */
export function eventsOf(
  steps: readonly number[],
  last: number,
  known: (step: number) => StepInterference | undefined,
): number[] {
  const unknown = steps.filter((step) => known(step) === undefined);
  const open = steps.filter((step) => 0 < step && 2 * step <= last && !known(step)?.doubled);
  return [...new Set([...unknown, ...open.map((step) => 2 * step)])].sort((a, b) => a - b);
}
