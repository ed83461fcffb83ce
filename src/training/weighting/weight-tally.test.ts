import { expect, test } from "vitest";
import { WeightTally } from "./weight-tally.js";

const rows = (...numbers: number[]) => Int32Array.from(numbers);

/** Of 4 examples: 3 is drawn without weight, 2 never, 1 twice in a batch. */
function tallied(from = 0): WeightTally {
  const tally = new WeightTally(4);
  tally.add(from, rows(0, 1), Float64Array.of(0.75, 0.25));
  tally.add(from + 1, rows(1, 3, 1, 0), Float64Array.of(0.5, 0, 0.25, 0.25));
  tally.add(from + 2, rows(0, 1), Float64Array.of(0, 1));
  return tally;
}

test("of every example it counts draws, weight relative to uniform, and the first and last step with weight", () => {
  const { total, draws, first, last } = tallied();
  expect(draws).toEqual(Float64Array.of(3, 4, 0, 1));
  expect(total).toEqual(Float64Array.of(1.5 + 1, 0.5 + 2 + 1 + 2, 0, 0));
  expect(first).toEqual(Float64Array.of(1, 1, 0, 0));
  expect(last).toEqual(Float64Array.of(2, 3, 0, 0));
});

test("steps are counted from 1, so that 0 is never", () => {
  const { first, last } = tallied(10);
  expect(first).toEqual(Float64Array.of(11, 11, 0, 0));
  expect(last).toEqual(Float64Array.of(12, 13, 0, 0));
});

test("it goes on from its state as if it had never stopped", () => {
  const resumed = new WeightTally(4);
  resumed.restore(structuredClone(tallied().state()));
  const whole = tallied();
  for (const tally of [whole, resumed]) tally.add(3, rows(3, 1), Float64Array.of(0.5, 0.5));
  expect(resumed.state()).toEqual(whole.state());
  expect(whole.first).toEqual(Float64Array.of(1, 1, 0, 4));
});
