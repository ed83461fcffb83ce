import { describe, expect, test } from "vitest";
import { compareScaling } from "../../curves/scaling-comparison.js";
import { scalingLawLoss } from "../../curves/scaling-law.js";
import { numberOf, type Place } from "../../testing/read-figure.js";
import { expectPlaces, marksOf, read } from "../../testing/read-report.js";
import { curve, policy, reportData, T } from "../../testing/report-data.js";
import { color, ramp } from "../palette.js";

const pointsOf = (losses: Float64Array) => Array.from(losses, (loss, i): Place => [i + 1, loss]);

describe("the acceleration", () => {
  test("is shown between the two losses over the steps, where they are equal", () => {
    const figure = read("acceleration");
    expect([figure.x.label, figure.y.label]).toEqual(["step →", "↑ test loss, nats"]);
    const [conventional, best] = marksOf(figure, "line");
    expect(figure.legend).toEqual({ conventional: conventional.color, "best (epoch 3)": best.color });
    expect([conventional.color, best.color]).toEqual([color("conventional"), color("best")]);
    expectPlaces(conventional.places, pointsOf(curve(1)));
    expectPlaces(best.places, pointsOf(curve(0.5)));

    // Four times sooner than the last of 50 steps, at the loss there.
    const ends: Place[] = [
      [T / 4, curve(1)[T - 1]],
      [T, curve(1)[T - 1]],
    ];
    const [link, ...others] = marksOf(figure, "line", true);
    expect(others).toEqual([]);
    expectPlaces(link.places, ends);
    expectPlaces(
      marksOf(figure, "dot").flatMap(({ places }) => places),
      ends,
    );
    const { place } = figure.words.find(({ text }) => text === "4.00 times sooner")!;
    expectPlaces([place], [ends[1]]);
  });

  test("is not where the loss is never reached", () => {
    const figure = read("acceleration", reportData([policy(0), policy(3, { acceleration: null })]));
    expect(figure.marks.map(({ kind, dashed }) => [kind, dashed])).toEqual([
      ["line", false],
      ["line", false],
    ]);
    expect(figure.words.map(({ text }) => text)).toEqual(["conventional", "best (epoch 3)"]);
  });
});

test("the area falls over the epochs on both sets, and the axis on the right has its compression ratios", () => {
  const data = reportData();
  const figure = read("area", data);
  const [desired, tested] = marksOf(figure, "line");
  expect(figure.legend).toEqual({ "desired (J)": desired.color, test: tested.color });
  expectPlaces(
    desired.places,
    data.metrics.map(({ epoch, area }) => [epoch, area]),
  );
  expectPlaces(
    tested.places,
    data.metrics.map(({ epoch, testArea }) => [epoch, testArea]),
  );
  const [dot] = marksOf(figure, "dot");
  expect(dot.color).toBe(tested.color);
  expectPlaces(dot.places, [[3, data.metrics[3].testArea]]);
  const [chosen] = marksOf(figure, "rule", true);
  expect(chosen.places.map(([epoch]) => epoch)).toEqual([3, 3].map((epoch) => expect.closeTo(epoch, 6)));
  // It lies apart from the axis on the right, and the ratios there are round and even.
  expect(figure.x.value(480 - 58)).toBeGreaterThan(3.1);
  const ratios = figure.right.map(({ text }) => numberOf(text));
  const gap = ratios[1] - ratios[0];
  for (const [i, ratio] of ratios.entries()) expect(ratio).toBeCloseTo(ratios[0] + i * gap, 9);
  expect(new Set(figure.right.map(({ text }) => text.length)).size).toBe(1);
  // One bit for each of two outcomes.
  expect(figure.right.length).toBeGreaterThan(3);
  for (const { text, at } of figure.right) expect(numberOf(text)).toBeCloseTo(Math.LN2 / figure.y.value(at), 3);
});

test("zero weights are a dot for each policy, joined in the order of log CR, under the line of 100%", () => {
  // Not in the order of their epochs.
  const some = [policy(0), policy(1, { logCompressionRatio: 0.9 }), policy(2)];
  const figure = read("zero-weights", reportData(some));
  const places = some.map(({ summary }): Place => [summary.logCompressionRatio, summary.nonPositiveZeroShare!]);
  expectPlaces(
    marksOf(figure, "dot").flatMap((mark) => mark.places),
    places,
  );
  const [line] = marksOf(figure, "line");
  expectPlaces(line.places, [places[0], places[2], places[1]]);
  const [all] = marksOf(figure, "rule", true);
  expect(all.places.map(([, share]) => share)).toEqual([1, 1].map((share) => expect.closeTo(share, 6)));
  expect(figure.y.ticks.map(({ text }) => text).filter((text) => !text.endsWith("%"))).toEqual([]);
});

test("weights of perfectly learned examples are a cumulative line for each policy that has any, beside what was published", () => {
  const shares = (half: number) => [
    { weight: 0, share: half },
    { weight: 1, share: 0.96 },
    { weight: 7, share: 1 },
  ];
  const some = [
    policy(0, { perfectWeights: shares(0.2) }),
    policy(1, { perfectWeights: [] }),
    policy(3, { perfectWeights: shares(0.7) }),
  ];
  const figure = read("perfectly-learned", reportData(some));
  const lines = marksOf(figure, "line");
  expect(lines.map(({ color }) => color)).toEqual([ramp(0), ramp(1)]);
  // The long tail is cut off where all lines have reached 95%, and a little more.
  for (const [i, half] of [0.2, 0.7].entries())
    expectPlaces(lines[i].places, [
      [0, half],
      [1, 0.96],
    ]);
  const [low] = marksOf(figure, "rule", true);
  for (const [weight] of low.places) expect(weight).toBeCloseTo(0.2, 6);
  const [ring] = marksOf(figure, "dot");
  expect(ring.color).toBe(color("perturbed"));
  expectPlaces(ring.places, [[0.2, 0.9]]);
});

test("weights over time are strong where an example contributes, and have the colour of what it is", () => {
  const steps = [0, 10, 20, 30, 40];
  const weights = [0.25, 1, 4, 1, 0];
  const example = (id: number, contributions: number[]) => ({
    ...{ epoch: 3, id, perturbed: id === 0, steps, weights: weights.map((weight) => weight / (id + 1)), contributions },
  });
  const bestDynamics = [example(0, [-1, -1, -1, 0, -1]), example(1, [2, 1, 1, -1, -1])];
  const figure = read("weights-over-time", reportData(undefined, { bestDynamics }), { y: "sqrt" });
  expect(figure.legend).toEqual({ "not perturbed": color("best"), perturbed: color("perturbed") });
  const [one] = marksOf(figure, "rule");
  for (const [, weight] of one.places) expect(weight).toBeCloseTo(1, 6);
  const lines = marksOf(figure, "line");
  // The first never contributes: it is drawn faintly alone.
  expect(lines.map(({ color: of, opacity }) => [of, opacity])).toEqual([
    [color("perturbed"), 0.3],
    [color("best"), 0.3],
    [color("best"), 0.9],
  ]);
  expectPlaces(
    lines[0].places,
    weights.map((weight, i) => [steps[i], weight]),
  );
  expectPlaces(
    lines[1].places,
    weights.map((weight, i) => [steps[i], weight / 2]),
  );
  expectPlaces(lines[2].places, lines[1].places.slice(0, 3));
});

test("weights over time of examples of one kind are a few lines, from the least to the most weighted", () => {
  const bestDynamics = Array.from({ length: 24 }, (_, id) => {
    const weights = [1, 1, id / 8];
    return { ...{ epoch: 3, id, perturbed: false, steps: [0, 1, 2] }, weights, contributions: [1, 1, 1] };
  });
  const figure = read("weights-over-time", reportData(undefined, { bestDynamics }), { y: "sqrt" });
  expect(figure.y.label).toContain("square-root axis");
  expect(figure.legend).toEqual({ least: ramp(0), most: ramp(1) });
  const strong = marksOf(figure, "line").filter(({ opacity }) => opacity > 0.5);
  expect(strong).toHaveLength(8);
  expect(new Set(strong.map(({ color }) => color)).size).toBe(8);
  for (const [i, weight] of [0, 3, 7, 10, 13, 16, 20, 23].entries())
    expect(strong[i].places[2][1]).toBeCloseTo(weight / 8, 2);
});

describe("the scaling law", () => {
  const log = { x: "log", y: "log" } as const;

  test("has the measured losses as dots and the laws as straight lines", () => {
    const data = reportData();
    if ("refused" in data.scaling) throw new Error(data.scaling.refused);
    const { conventional, best } = data.scaling;
    const figure = read("scaling-law", data, log);
    const dots = marksOf(figure, "dot");
    const colors = [...new Set(dots.map((dot) => dot.color))];
    expect(figure.legend).toEqual({ conventional: colors[0], "best policy": colors[1] });
    for (const [i, losses] of [data.conventionalCurve, data.bestCurve].entries()) {
      const places = dots.filter((dot) => dot.color === colors[i]).flatMap((dot) => dot.places);
      const steps = places.map(([t]) => Math.round(t));
      expect([steps[0], steps.at(-1)]).toEqual([1, T]);
      expect(steps.length).toBeGreaterThan(20);
      expectPlaces(
        places,
        steps.map((t) => [t, losses[t - 1] - conventional.L0]),
      );
    }
    const lines = marksOf(figure, "line");
    expect(lines.map((line) => line.color)).toEqual(colors);
    for (const [i, law] of [conventional, best].entries())
      expectPlaces(
        lines[i].places,
        [Math.max(1, law.t0), T].map((t) => [t, scalingLawLoss(law, t) - law.L0]),
      );
  });

  test("that holds from the first step is not marked", () => {
    const { scaling } = reportData();
    if ("refused" in scaling) throw new Error(scaling.refused);
    const from = (t0: number) => ({
      ...{ ...scaling, conventional: { ...scaling.conventional, t0 }, best: { ...scaling.best, t0 } },
    });
    const rules = (t0: number) =>
      marksOf(read("scaling-law", reportData(undefined, { scaling: from(t0) }), log), "rule", true);
    expect([rules(0).length, rules(6).length]).toEqual([0, 1]);
  });

  test("holds from t0 on, which is marked", () => {
    // Flat at first, as in a warm-up.
    const late = (scale: number) => curve(scale).map((loss, i) => (i < 12 ? curve(scale)[12] + (12 - i) * 1e-3 : loss));
    const scaling = compareScaling(late(1), late(0.5));
    if ("refused" in scaling) throw new Error(scaling.refused);
    const { t0 } = scaling.conventional;
    expect(t0).toBeGreaterThan(0);
    const data = reportData(undefined, { scaling, conventionalCurve: late(1), bestCurve: late(0.5) });
    const figure = read("scaling-law", data, log);
    const [rule] = marksOf(figure, "rule", true);
    for (const [t] of rule.places) expect(t).toBeCloseTo(t0, 3);
    const { place } = figure.words.find(({ text }) => text === `t0 = ${t0}`)!;
    expect(place[0]).toBeCloseTo(t0, 3);
    for (const { places } of marksOf(figure, "line")) expect(places[0][0]).toBeCloseTo(t0, 2);
  });
});
