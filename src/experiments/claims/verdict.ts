import { median, sampleStandardDeviation } from "simple-statistics";
import { z } from "zod";
import { type Reach, seedInterval } from "../../measures/over-seeds.js";
import { type Figure, isMissing, type Measure, type Unit } from "./claim.js";
import type { Expectation, Tolerance } from "./expectation.js";

/** What a measurement makes of a claim. */
export type Verdict = z.infer<typeof Verdict>;
export const Verdict = z.enum(["reproduced", "not reproduced", "refuted", "not measured"]);

type Series = readonly number[];
/** The tolerance at a value, in the unit of the figures. */
type Slack = (value: number) => number;

/**
 * The verdict that follows from figures, what was published, and the tolerance. x is a run's figure (the last of a
 * series), v the published value, f the value without the effect, s(.) the tolerance at a value.
 *
 * *Reproduced*, by the median over the runs:
 * - equals and tends: `|x - v| <= s(v)`; at least: `x >= v - s(v)`; at most: `x <= v + s(v)`.
 * - increases: every difference of neighbours in the series, in its median over the runs, is above s of the value it
 *   starts from. Here the tolerance makes the claim harder: a rise within it is none.
 *
 * *Refuted*: not reproduced, and every run goes the other way by more than the tolerance, so that the interval from the
 * smallest to the largest figure excludes the published trend:
 * - equals with v above f, and at least: `x < f - s(f)`; equals with v below f, and at most: `x > f + s(f)`; equals
 *   without an f: never.
 * - increases: the last is below the first by more than s of the first.
 * - tends: the last is farther from v than the first by more than s(v).
 *
 * *Not measured*: a run has no figure, or there are none.
 *
 * *Not reproduced*: anything else; the figures miss what was published and do not contradict it. So is an increase of a
 * series of one.
 *
 * @throws RangeError for a tolerance in standard errors of fewer than two figures
 */
export function verdictOf(figures: readonly Figure[], published: Expectation, tolerance: Tolerance): Verdict {
  const runs = seriesOf(figures);
  if (runs.length === 0 || runs.length < figures.length) return "not measured";
  const slack = slackOf(tolerance, published, runs);
  if (meets(runs, published, slack)) return "reproduced";
  return runs.every((run) => contradicts(run, published, slack)) ? "refuted" : "not reproduced";
}

/** The median over the runs, of series at every place; null where a run has no figure, or there are none. */
export function medianOf(figures: readonly Figure[]): Measure | null {
  const runs = seriesOf(figures);
  if (runs.length === 0 || runs.length < figures.length) return null;
  const places = Math.min(...runs.map(({ length }) => length));
  const medians = Array.from({ length: places }, (_, i) => median(runs.map((run) => run[i])));
  return places === 1 ? medians[0] : medians;
}

/**
 * The 95% interval (DESIGN 2.5, over seeds) of a claim that one number decides, from what its runs end with; of how many
 * times on logarithms. Null where a run has no figure or there is but one, and where a rise is claimed.
 */
export function intervalOf(figures: readonly Figure[], published: Expectation, unit: Unit): Reach | null {
  const runs = seriesOf(figures);
  if (published.kind === "increases" || runs.length < Math.max(2, figures.length)) return null;
  const ends = runs.map(last);
  return seedInterval(ends, unit === "times" && ends.every((end) => end > 0) ? "ratios" : "values");
}

/**
 * Whether an interval lies on both sides of an end of what is accepted: other seeds might be judged otherwise.
 *
 * @param accepted as `acceptedInterval` gives it
 */
export function reachesAcross(interval: Reach | null, accepted: Reach | undefined): boolean {
  if (interval === null || accepted === undefined) return false;
  const [low, high] = interval;
  return accepted.some((end) => low < end && end < high);
}

/** Where the median must lie for a claim to be reproduced; undefined where it is not one value that decides. */
export function acceptedInterval(
  figures: readonly Figure[],
  published: Expectation,
  tolerance: Tolerance,
): Reach | undefined {
  return acceptedWith(published, slackOf(tolerance, published, seriesOf(figures)));
}

function acceptedWith(published: Expectation, slack: Slack): Reach | undefined {
  switch (published.kind) {
    case "equals":
    case "tends":
      return [published.value - slack(published.value), published.value + slack(published.value)];
    case "at least":
      return [published.value - slack(published.value), Number.POSITIVE_INFINITY];
    case "at most":
      return [Number.NEGATIVE_INFINITY, published.value + slack(published.value)];
    case "increases":
      return undefined;
  }
}

function meets(runs: readonly Series[], published: Expectation, slack: Slack): boolean {
  const accepted = acceptedWith(published, slack);
  if (accepted === undefined) return rises(runs, slack);
  const middle = median(runs.map(last));
  return middle >= accepted[0] && middle <= accepted[1];
}

function rises(runs: readonly Series[], slack: Slack): boolean {
  const steps = Math.min(...runs.map(({ length }) => length)) - 1;
  return (
    steps > 0 &&
    Array.from({ length: steps }, (_, i) => i).every((i) => {
      const risen = median(runs.map((run) => run[i + 1] - run[i]));
      return risen > slack(median(runs.map((run) => run[i])));
    })
  );
}

/** Whether a run goes the other way by more than the tolerance. */
function contradicts(run: Series, published: Expectation, slack: Slack): boolean {
  const below = (from: number) => last(run) < from - slack(from);
  const above = (from: number) => last(run) > from + slack(from);
  switch (published.kind) {
    case "equals": {
      const { value, from = value } = published;
      if (from === value) return false;
      return from < value ? below(from) : above(from);
    }
    case "at least":
      return below(published.from);
    case "at most":
      return above(published.from);
    case "increases":
      return last(run) - run[0] < -slack(run[0]);
    case "tends": {
      const { value } = published;
      return Math.abs(last(run) - value) - Math.abs(run[0] - value) > slack(value);
    }
  }
}

/** Standard errors are of what decides: the change where a trend is claimed, else what the runs end with. */
function slackOf({ kind, value }: Tolerance, published: Expectation, runs: readonly Series[]): Slack {
  switch (kind) {
    case "absolute":
      return () => value;
    case "relative":
      return (at) => value * Math.abs(at);
    case "standard errors": {
      if (runs.length < 2) throw new RangeError("a tolerance in standard errors needs two figures at least");
      const numbers = runs.map((run) => (published.kind === "increases" ? last(run) - run[0] : last(run)));
      const error = sampleStandardDeviation(numbers) / Math.sqrt(numbers.length);
      return () => value * error;
    }
  }
}

function seriesOf(figures: readonly Figure[]): Series[] {
  return figures.flatMap((figure) => (isMissing(figure) ? [] : [[figure].flat()]));
}

function last(run: Series): number {
  return run[run.length - 1];
}
