import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seedInterval } from "../../measures/over-seeds.js";
import { type Figure, isMissing, missing } from "./claim.js";
import {
  absolute,
  atLeast,
  atMost,
  type Expectation,
  equals,
  exact,
  increases,
  relative,
  standardErrors,
  type Tolerance,
  tendsTo,
} from "./expectation.js";
import { acceptedInterval, intervalOf, medianOf, reachesAcross, verdictOf } from "./verdict.js";

type Case = [string, readonly Figure[], Expectation, Tolerance, string];

describe("a published value", () => {
  const published = equals(5.5, { from: 1 });
  test.each<Case>([
    [
      "is reproduced where the median is near it",
      [5.42, 6.46, 5.92, 4.99, 4.59],
      published,
      relative(0.1),
      "reproduced",
    ],
    ["at the end of its tolerance too", [5], published, absolute(0.5), "reproduced"],
    ["is missed beyond", [4.9], published, absolute(0.5), "not reproduced"],
    ["is missed above as well", [6.1], published, absolute(0.5), "not reproduced"],
    ["is refuted on the other side of the value without the effect", [0.8, 0.7], published, relative(0.1), "refuted"],
    ["is not by a run within the tolerance of that", [0.95, 0.7], published, relative(0.1), "not reproduced"],
    ["has no other way without it", [-100], equals(5.5), exact, "not reproduced"],
    ["has its other way above where it is below", [1.2], equals(0.5, { from: 1 }), relative(0.1), "refuted"],
    ["takes the last of a series", [[1, 5.5]], published, exact, "reproduced"],
  ])("%s", (_, figures, expectation, tolerance, verdict) => {
    expect(verdictOf(figures, expectation, tolerance)).toBe(verdict);
  });
});

describe("a bound", () => {
  test.each<Case>([
    ["is kept from it on", [0.9], atLeast(0.9), exact, "reproduced"],
    ["is kept within the tolerance", [0.85], atLeast(0.9), absolute(0.06), "reproduced"],
    ["is refuted where every run misses it", [0.1, 0.2], atLeast(0.9), absolute(0.1), "refuted"],
    ["is missed where one does not", [0.1, 0.2, 0.85], atLeast(0.9), absolute(0.1), "not reproduced"],
    ["is missed on the way to it", [0.015], atLeast(0.9, { from: 0 }), exact, "not reproduced"],
    ["is refuted on the other side of no effect", [-0.8], atLeast(0.9, { from: 0 }), exact, "refuted"],
    ["from above is kept below", [-0.02, 0.01, -0.03], atMost(0), exact, "reproduced"],
    ["from above is refuted above", [0.02, 0.03], atMost(0), absolute(0.01), "refuted"],
    // Their mean has a standard error of 0.01.
    ["from above takes standard errors", [0.01, 0.03], atMost(0), standardErrors(2), "reproduced"],
    ["from above takes no more of them", [0.01, 0.031], atMost(0), standardErrors(1), "not reproduced"],
    ["from above is refuted beyond them", [0.02, 0.03, 0.025], atMost(0), standardErrors(2), "refuted"],
  ])("%s", (_, figures, expectation, tolerance, verdict) => {
    expect(verdictOf(figures, expectation, tolerance)).toBe(verdict);
  });
});

describe("a rise", () => {
  test.each<Case>([
    [
      "is one in the median of the pairs",
      [
        [1, 2],
        [1, 1.5],
        [3, 2],
      ],
      increases,
      exact,
      "reproduced",
    ],
    ["is none within the tolerance", [[1, 1.05]], increases, relative(0.1), "not reproduced"],
    [
      "is refuted by falls alone",
      [
        [2, 1],
        [3, 2],
      ],
      increases,
      absolute(0.5),
      "refuted",
    ],
    [
      "is not by a fall within the tolerance",
      [
        [2, 1],
        [3, 2.9],
      ],
      increases,
      absolute(0.5),
      "not reproduced",
    ],
    ["has every value above the one before", [[1.45, 1.27, 1.56, 1.58]], increases, exact, "not reproduced"],
    [
      "may have many values",
      [
        [1, 2, 3],
        [1, 3, 4],
      ],
      increases,
      exact,
      "reproduced",
    ],
    ["needs two values", [1, 2], increases, exact, "not reproduced"],
    ["stands still", [[1, 1]], increases, exact, "not reproduced"],
    [
      "takes standard errors of the change",
      [
        [1, 1.1],
        [5, 5.3],
      ],
      increases,
      standardErrors(1),
      "reproduced",
    ],
  ])("%s", (_, figures, expectation, tolerance, verdict) => {
    expect(verdictOf(figures, expectation, tolerance)).toBe(verdict);
  });
});

describe("a limit", () => {
  test.each<Case>([
    ["is reached near its end", [[0.2, 0.93]], tendsTo(1), absolute(0.1), "reproduced"],
    ["is missed on the way", [[0, 0.015]], tendsTo(1), absolute(0.1), "not reproduced"],
    ["is refuted by moving away", [[0.5, 0.2]], tendsTo(1), absolute(0.1), "refuted"],
    ["is not by moving away a little", [[0.5, 0.45]], tendsTo(1), absolute(0.1), "not reproduced"],
    ["cannot be refuted by one value", [0.015], tendsTo(1), absolute(0.1), "not reproduced"],
  ])("%s", (_, figures, expectation, tolerance, verdict) => {
    expect(verdictOf(figures, expectation, tolerance)).toBe(verdict);
  });
});

test("what has no figure is not measured, whatever the others say", () => {
  expect(verdictOf([], equals(1), exact)).toBe("not measured");
  expect(verdictOf([1, missing("it never ends")], equals(1), exact)).toBe("not measured");
  expect(verdictOf([-1, missing("it never ends")], atLeast(0), exact)).toBe("not measured");
});

describe("an interval", () => {
  const figures = [5.42, 6.46, 5.92, 4.99, 4.59];
  const published = equals(5.5, { from: 1 });

  test("is of what one number decides, of how many times on logarithms", () => {
    expect(intervalOf(figures, published, "times")).toEqual(seedInterval(figures, "ratios"));
    expect(intervalOf(figures, published, "number")).toEqual(seedInterval(figures, "values"));
    expect(
      intervalOf(
        [
          [1, 5],
          [2, 7],
        ],
        tendsTo(6),
        "number",
      ),
    ).toEqual(seedInterval([5, 7], "values"));
    expect(intervalOf([1.2, -0.1], published, "times")).toEqual(seedInterval([1.2, -0.1], "values"));
  });

  test("is none of one seed, of what is missing, and of a rise", () => {
    expect(intervalOf([5], published, "times")).toBeNull();
    expect(intervalOf([5, 6, missing("none")], published, "times")).toBeNull();
    expect(
      intervalOf(
        [
          [1, 2],
          [1, 3],
        ],
        increases,
        "number",
      ),
    ).toBeNull();
  });

  test("leaves open what lies on both sides of an end of what is accepted", () => {
    const accepted = acceptedInterval(figures, published, relative(0.1));
    // 4.58 to 6.46, and accepted is 4.95 to 6.05.
    expect(reachesAcross(intervalOf(figures, published, "times"), accepted)).toBe(true);
    expect(reachesAcross([5, 6], accepted)).toBe(false);
    expect(reachesAcross([1, 2], accepted)).toBe(false);
    expect(reachesAcross([5, 7], acceptedInterval(figures, atLeast(4), exact))).toBe(false);
    expect(reachesAcross([3, 7], acceptedInterval(figures, atLeast(4), exact))).toBe(true);
    expect(reachesAcross(null, accepted)).toBe(false);
    expect(reachesAcross([1, 2], undefined)).toBe(false);
  });
});

test("standard errors need two figures", () => {
  expect(() => verdictOf([1], equals(1), standardErrors(2))).toThrow(RangeError);
});

test("medians are of the runs, of series at every place", () => {
  expect(medianOf([3, 1, 2])).toBe(2);
  expect(
    medianOf([
      [1, 5],
      [2, 4],
      [3, 9],
    ]),
  ).toEqual([2, 5]);
  expect(medianOf([1, missing("none")])).toBeNull();
  expect(medianOf([])).toBeNull();
});

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const figures = fc.array(fc.oneof(finite, fc.array(finite, { minLength: 1, maxLength: 4 })), {
  minLength: 2,
  maxLength: 6,
});
const expectation = fc.oneof(
  fc.tuple(finite, finite).map(([value, from]) => equals(value, { from })),
  finite.map((value) => atLeast(value)),
  finite.map((value) => atMost(value)),
  finite.map(tendsTo),
  fc.constant(increases),
);
const size = fc.double({ min: 0, max: 0.9, noNaN: true });
const tolerance = fc.oneof(
  size.map((value) => absolute(1e5 * value)),
  size.map(relative),
  size.map((value) => standardErrors(3 * value)),
);

describe("for all figures,", () => {
  test("the order of the runs makes no difference", () => {
    fc.assert(
      fc.property(figures, expectation, tolerance, (runs, published, slack) => {
        expect(verdictOf(runs.toReversed(), published, slack)).toBe(verdictOf(runs, published, slack));
      }),
    );
  });

  test("the mirror image has the mirror image's verdict", () => {
    const mirrored = (runs: readonly Figure[]) =>
      runs.map((run) => (isMissing(run) ? run : [run].flat().map((x) => -x)));
    fc.assert(
      fc.property(figures, finite, tolerance, (runs, value, slack) => {
        expect(verdictOf(mirrored(runs), atMost(-value), slack)).toBe(verdictOf(runs, atLeast(value), slack));
      }),
    );
  });

  test("a larger tolerance refutes nothing more, and of values reproduces nothing less", () => {
    const rank = { reproduced: 2, "not reproduced": 1, refuted: 0, "not measured": Number.NaN };
    fc.assert(
      fc.property(figures, expectation, size, size, (runs, published, a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)].map(
          (x) => rank[verdictOf(runs, published, absolute(1e5 * x))],
        );
        if (published.kind === "increases") expect(large > 0 || small === 0).toBe(true);
        else expect(large).toBeGreaterThanOrEqual(small);
      }),
    );
  });

  test("a value is reproduced where the median lies in the accepted interval, and nowhere else", () => {
    const values = fc.array(finite, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(values, expectation, tolerance, (runs, published, slack) => {
        const accepted = acceptedInterval(runs, published, slack);
        fc.pre(accepted !== undefined);
        const median = medianOf(runs) as number;
        const inside = median >= accepted![0] && median <= accepted![1];
        expect(verdictOf(runs, published, slack) === "reproduced").toBe(inside);
      }),
    );
  });
});
