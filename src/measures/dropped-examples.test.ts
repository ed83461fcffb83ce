import { expect, test } from "vitest";
import { DroppedExamples, groupDropped } from "./dropped-examples.js";

test("an example is dropped where its last run of zero weights begins, for the sign of its contributions there", () => {
  const dropped = new DroppedExamples(5);
  //             kept  harmful  redundant  back again  never
  dropped.add(0, [0.5, 0.25, 0.25, 0, 0], [1, 1, 1, 1, -1]);
  dropped.add(1, [0.5, 0, 0, 0.5, 0], [1, -3, 1, 1, -1]);
  dropped.add(2, [1, 0, 0, 0, 0], [1, 1, -0.5, 0, 3]);
  expect(dropped.dropped()).toEqual([
    null,
    { after: 1, redundant: false },
    { after: 1, redundant: true },
    // A contribution of zero does not help; what happened before it came back does not count.
    { after: 2, redundant: false },
    { after: 0, redundant: true },
  ]);
});

test("dropped examples are counted by kind, with the median of their steps", () => {
  const drop = (after: number, redundant: boolean) => ({ after, redundant });
  const groups = groupDropped(
    [drop(4, false), drop(1, false), null, drop(7, true), drop(2, false), drop(9, false)],
    [true, true, true, false, true, false],
  );
  expect(groups).toEqual([
    { perturbed: true, redundant: true, count: 0, medianAfter: null },
    { perturbed: true, redundant: false, count: 3, medianAfter: 2 },
    { perturbed: false, redundant: true, count: 1, medianAfter: 7 },
    { perturbed: false, redundant: false, count: 1, medianAfter: 9 },
  ]);
});
