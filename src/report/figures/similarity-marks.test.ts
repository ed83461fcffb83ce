import { describe, expect, test } from "vitest";
import { expectPlaces, marksOf, read } from "../../testing/read-report.js";
import { policy, reportData, T } from "../../testing/report-data.js";
import { ramp } from "../palette.js";
import { drawFigures } from "./all.js";

const policies = (data = reportData()) => data.policies.map(({ summary, rank }) => ({ ...summary, fill: ramp(rank) }));

describe("SIM over the loss", () => {
  test("is a line for each policy, from the colour of conventional learning to that of the best, and named by its epoch", () => {
    const data = reportData();
    const figure = read("similarity-over-loss", data);
    const lines = marksOf(figure, "line");
    expect(lines.map(({ color }) => color)).toEqual(policies().map(({ fill }) => fill));
    expect([lines[0].color, lines[3].color]).toEqual([ramp(0), ramp(1)]);
    for (const [i, { places }] of lines.entries())
      expectPlaces(
        places,
        data.policies[i].steps.map(({ loss, similarity }) => [loss, similarity!]),
      );
    const [{ at: left }, { at: right }] = [figure.x.ticks[0], figure.x.ticks.at(-1)!];
    expect(figure.x.value(Math.min(left, right))).toBeGreaterThan(figure.x.value(Math.max(left, right)));
    const colors = lines.map(({ color }) => color);
    expect(figure.legend).toEqual({ conventional: colors[0], "epoch 1": colors[1], 2: colors[2], 3: colors[3] });
  });

  test("of more policies than can be named has the ends of the colours named", () => {
    const many = Array.from({ length: 8 }, (_, i) => ({ ...policy(i % 4), rank: i / 7 }));
    const words = read("similarity-over-loss", reportData(many)).words.map(({ text }) => text);
    expect(words).toEqual(["0.600 (epoch 3)", "log CR 0.300 (epoch 0)"]);
  });

  test("is said to be lower than under conventional learning where it is", () => {
    // Between losses of 0.6 and 0.2, with SIM of 2 at all of them; the best policy's falls from 4 to 0.
    const steps = (similarity: (part: number) => number) =>
      Array.from({ length: T }, (_, step) => {
        const part = step / (T - 1);
        return { ...policy(0).steps[0], step, loss: 0.6 - 0.4 * part, similarity: similarity(part) };
      });
    const found = (best: (part: number) => number) => {
      const data = reportData([
        { ...policy(0), steps: steps(() => 2) },
        { ...policy(3), steps: steps(best) },
      ]);
      const figure = drawFigures(data).find(({ slug }) => slug === "similarity-over-loss")!;
      return "absent" in figure ? figure.absent : figure.caption.found;
    };
    expect(found((part) => 4 * (1 - part))).toMatch(/higher under the best policy at 50%, and lower .* at 50%/);
    expect(found((part) => 1 - part)).toMatch(/at 0%, and lower .* at 100%/);
    expect(found(() => 3)).toMatch(/^At every test loss that both pass, SIM is higher/);
  });

  test("of many steps is drawn as means of neighbours, of few in the beginning", () => {
    const many = policy(0);
    const steps = Array.from({ length: 5000 }, (_, step) => {
      const loss = 3 - step / 2500;
      return { ...many.steps[0], step, loss, similarity: 10 - 2 * loss };
    });
    const data = reportData([{ ...many, steps }, policy(3)]);
    const [{ places }] = marksOf(read("similarity-over-loss", data), "line");
    expect(places.length).toBeGreaterThan(100);
    expect(places.length).toBeLessThanOrEqual(150);
    // Means of points on a straight line lie on it, and fall apart as the loss does: first step by step.
    for (const [loss, similarity] of places) expect(similarity).toBeCloseTo(10 - 2 * loss, 2);
    expectPlaces([places[0]], [[3, 4]]);
    const gaps = places.slice(1).map(([loss], i) => places[i][0] - loss);
    expect(gaps.every((gap) => gap > 0)).toBe(true);
    expect(gaps.at(-1)! / gaps[0]).toBeGreaterThan(20);
  });
});

describe("SIM against log CR", () => {
  const five = [policy(0), policy(1), policy(1, { logCompressionRatio: 0.45, similarity: 2.5 }), policy(2), policy(3)];

  test("of fewer than five policies has no curve and no correlation, and says so", () => {
    const figure = read("similarity");
    expect(marksOf(figure, "line")).toEqual([]);
    expect(marksOf(figure, "rule", true)).toEqual([]);
    const similarity = drawFigures(reportData()).find(({ slug }) => slug === "similarity")!;
    expect(JSON.stringify(similarity)).toContain("n = 4");
    expect(JSON.stringify(similarity)).not.toContain("Spearman");
  });

  test("is a dot for each policy, on a curve with its asymptote", () => {
    const figure = read("similarity", reportData(five));
    const dots = marksOf(figure, "dot");
    expect(dots.map(({ color }) => color)).toEqual(policies(reportData(five)).map(({ fill }) => fill));
    expectPlaces(
      dots.flatMap(({ places }) => places),
      policies(reportData(five)).map(({ logCompressionRatio, similarity }) => [logCompressionRatio, similarity!]),
    );
    const [fit] = marksOf(figure, "line");
    for (const [ratio, similarity] of fit.places) expect(similarity * (0.8 - ratio)).toBeCloseTo(0.5, 2);
    const [asymptote] = marksOf(figure, "rule", true);
    for (const [ratio] of asymptote.places) expect(ratio).toBeCloseTo(0.8, 4);
    const words = Object.fromEntries(figure.words.map(({ text, place }) => [text, place]));
    expect(Object.keys(words)).toEqual(["limit 0.800", "conventional", "epoch 3"]);
    expectPlaces(
      [words.conventional, words["epoch 3"]],
      [
        [0.3, 1],
        [0.6, 4],
      ],
    );
    expect(words["limit 0.800"][0]).toBeCloseTo(0.8, 4);
  });

  test("has no asymptote where that is far away, and none where none is found", () => {
    const { evaluation } = reportData();
    for (const similarityAsymptote of [{ limit: 2, scale: 1.5 }, null]) {
      const figure = read("similarity", reportData(five, { evaluation: { ...evaluation, similarityAsymptote } }));
      expect(marksOf(figure, "rule", true)).toEqual([]);
      expect(marksOf(figure, "line")).toHaveLength(similarityAsymptote === null ? 0 : 1);
      expect(figure.words.map(({ text }) => text)).toEqual(["conventional", "epoch 3"]);
    }
  });
});
