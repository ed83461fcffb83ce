import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScalingComparison } from "../curves/scaling-comparison.js";
import { seedInterval } from "../measures/over-seeds.js";
import type { EvaluationSummary } from "../runs/evaluation/evaluate-run.js";
import { refusalOf } from "../testing/refusal.js";
import { tinyPerceptronSettings } from "../testing/runs.js";
import { searches, smoke } from "../testing/smoke-experiment.js";
import { type Experiment, withSeeds } from "./experiment.js";
import { acceleration, accelerationOf, improvement } from "./optimal-learning.js";
import { perceptron } from "./perceptron.js";
import type { Plan } from "./plans/plan.js";
import { search } from "./plans/search.js";
import { experiments } from "./registry.js";
import { reproduce } from "./reproduce.js";
import { judged, resultsOf } from "./results/results.js";
import { measuredText, verdictText } from "./results/wording.js";
import { table } from "./table.js";
import { transformerSmall } from "./transformer-small.js";

const folder = mkdtempSync(join(tmpdir(), "optimal-learning-"));
let evaluated: EvaluationSummary;
beforeAll(async () => {
  const runs = () => {
    throw new Error("a search needs no other plan");
  };
  evaluated = await searches[0].run({ directory: join(folder, "seed-1"), runs, threads: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The evaluation, had no policy an acceleration. */
const without = (baselineFalls: boolean): EvaluationSummary => ({
  ...{ ...evaluated, baselineFalls },
  epochs: evaluated.epochs.map((epoch) => ({ ...epoch, acceleration: null })),
});
/** The evaluation, were its scaling laws these. */
const withLaws = (laws: Partial<ScalingComparison>): EvaluationSummary => ({
  ...evaluated,
  scaling: { ...(evaluated.scaling as ScalingComparison), ...laws },
});

describe("what cannot be measured is not, for the reason that is given:", () => {
  test("an acceleration that there is not counts as nothing, and not as 0", () => {
    expect(accelerationOf(without(true))).toEqual({
      missing: "the final test loss of conventional learning is never reached",
    });
    expect(accelerationOf(without(false))).toEqual({
      missing: "the test loss of conventional learning does not fall to its end",
    });
    const claim = acceleration(searches, 5.5, "figure 5");
    const runs = <Result>(plan: Plan<Result>) => (plan === searches[0] ? evaluated : without(true)) as Result;
    const result = judged(claim, claim.measured(runs));
    expect(result).toMatchObject({ verdict: "not measured", median: null, interval: null });
    expect(measuredText(result, "times")).toMatch(
      /^\d\.\d\d, none \(the final test loss of conventional learning is never reached\)$/,
    );
    // Under the tolerance, 0 would refute it.
    expect(judged(claim, [0, 0]).verdict).toBe("refuted");
  });

  test("a series with it has no end", () => {
    const runs = <Result>() => without(false) as Result;
    const { claims } = resultsOf(table, runs, { versions: {} });
    const grows = claims.find(({ name }) => name === "acceleration-grows")!;
    expect(grows).toMatchObject({
      verdict: "not measured",
      figures: [{ missing: expect.stringContaining("not fall") }],
    });
  });

  test("a scaling law that the curves do not decide", () => {
    const decided = withLaws({ undecided: null, powerLaws: true, improvement: { B: 0.5, beta: 0.1 }, predicted: 2 });
    expect(improvement(decided, "B")).toBe(0.5);
    const open = withLaws({ undecided: "B may lie anywhere", powerLaws: true, improvement: { B: 0.885, beta: 0.1 } });
    expect(improvement(open, "B")).toEqual({ missing: "B may lie anywhere" });
    const { claims } = resultsOf(transformerSmall, <Result>() => open as Result, { versions: {} });
    for (const name of ["scaling-B", "scaling-beta", "predicted-acceleration"])
      expect(claims.find((claim) => claim.name === name)).toMatchObject({
        verdict: "not measured",
        figures: [{ missing: "B may lie anywhere" }],
      });
  });

  test("a law that could not be fitted, or was not", () => {
    expect(improvement({ ...evaluated, scaling: { refused: "it rises" } }, "B")).toEqual({ missing: "it rises" });
    expect(improvement({ ...evaluated, scaling: null }, "B")).toEqual({ missing: "the best policy is not evaluated" });
  });
});

describe("on other seeds", () => {
  test("every experiment that takes them has its claims, with a figure for each seed", () => {
    const taking = experiments.filter(({ on }) => on !== undefined);
    // Training as compression is an identity: it holds of a text, not in the mean over seeds.
    expect(experiments.filter(({ on }) => on === undefined).map(({ name }) => name)).toEqual(["training-compresses"]);
    for (const experiment of taking) {
      const { plans, claims } = withSeeds(experiment, 3);
      expect(new Set(plans.map(({ name }) => name)).size).toBe(plans.length);
      for (const { settings } of plans) expect(settings.at(-1)).toMatch(/^seed=[123]$/);
      const judge = (on: Experiment) => resultsOf(on, <Result>() => evaluated as Result, { versions: {} }).claims;
      const [own, three] = [judge(experiment), judge({ ...experiment, plans, claims })];
      expect(three.map(({ name, published, tolerance }) => [name, published, tolerance])).toEqual(
        own.map(({ name, published, tolerance }) => [name, published, tolerance]),
      );
      for (const { figures } of three) expect(figures).toHaveLength(3);
    }
  });

  test("the perceptron's own five are those that five seeds are", () => {
    const words = ({ plans }: Experiment) => plans.map(({ name, settings }) => [name, ...settings]);
    expect(words(withSeeds(perceptron, 5))).toEqual(words(perceptron));
  });

  test("its runs are made, and a claim that one number decides has their median and interval", async () => {
    const on: Experiment["on"] = (seeds) => {
      const plans = seeds.map((seed) =>
        search(`seed-${seed}`, "perceptron", [...tinyPerceptronSettings, "learning.steps=60", `seed=${seed}`]),
      );
      return { plans, claims: [acceleration(plans, 1.5, "figure 1")] };
    };
    const experiment = withSeeds({ ...smoke, on }, 2);
    const { claims, runs } = await reproduce(experiment, join(folder, "two"), { threads: 1 });
    expect(runs.map(({ name }) => name)).toEqual(["seed-1", "seed-2"]);
    const figures = runs.map(({ result }) => accelerationOf(result as EvaluationSummary) as number);
    expect(claims[0]).toMatchObject({
      ...{ figures, median: (figures[0] + figures[1]) / 2 },
      interval: seedInterval(figures, "ratios"),
    });
    expect(verdictText({ ...claims[0], interval: [1.2, 1.4], verdict: "reproduced" })).toBe(
      "reproduced (the interval reaches across the edge of what is accepted: other seeds may decide otherwise)",
    );
    expect(verdictText({ ...claims[0], interval: [1.4, 1.6], verdict: "reproduced" })).toBe("reproduced");
  });

  test("is refused where a record has seeds of its own alone", () => {
    expect(refusalOf(() => withSeeds(smoke, 5))).toBe("the experiment smoke has seeds of its own; leave out --seeds");
  });
});
