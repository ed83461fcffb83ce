import * as Plot from "@observablehq/plot";
import { seedsThatHave } from "../../measures/over-seeds.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { BAND_WORDS, bandMarks, seedBand } from "../figures/seed-band.js";
import { number, times, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, legend, MARK_LINE } from "../plot.js";
import type { SearchedSeed, SearchSeedsData } from "./seeds-data.js";
import { reachText, risingText } from "./seeds-words.js";

/** The figures of searches with several seeds, in the order of the page. */
export function searchSeedsFigures(data: SearchSeedsData): (Figure | AbsentFigure)[] {
  return [areaFigure(data), lossFigure(data), accelerationFigure(data)];
}

const AREA = "The area under the loss curve, epoch by epoch of the search";

function areaFigure({ runs, overSeeds }: SearchSeedsData): Figure {
  const band = (key: "area" | "testArea") =>
    seedBand(
      epochsOf(runs),
      perEpoch(runs, (metrics) => metrics[key]),
      "values",
    );
  const { testArea } = overSeeds;
  const found =
    `Over ${whole(runs.length)} seeds the area on unseen test examples is ${reachText(testArea.of)} nats under the best ` +
    `policy, and ${reachText(testArea.baseline)} under conventional learning; the difference within a seed is ` +
    `${reachText(testArea.difference)}.`;
  const svg = draw(AREA, found, {
    x: { label: "epoch of the search", ticks: Math.min(10, epochsOf(runs).length - 1) },
    y: { label: "area, nats", grid: true, nice: true },
    marks: [
      ...legend([
        { name: "desired (J)", color: color("conventional") },
        { name: "test", color: color("best") },
      ]),
      ...bandMarks(band("area"), color("conventional")),
      ...bandMarks(band("testArea"), color("best")),
    ],
  });
  return {
    ...{ slug: "area", title: AREA, svg },
    caption: {
      shows: `The mean loss over all steps of learning, on the desired examples that the search sees (J) and on test examples. ${BAND_WORDS}`,
      theory:
        "A smaller area is a shorter description of what is desired. Where the ribbons are wide beside what the search gains, the seed decides more than the search.",
      found,
    },
  };
}

const LOSS = "The test loss over the steps";

function lossFigure({ runs }: SearchSeedsData): Figure | AbsentFigure {
  const about = { slug: "loss", title: LOSS };
  const bestCurves = runs.flatMap(({ bestCurve }) => (bestCurve === undefined ? [] : [bestCurve]));
  if (bestCurves.length < runs.length)
    return {
      ...about,
      absent: `${runs.length - bestCurves.length} of the ${runs.length} seeds are not evaluated; run search --report, or evaluate on each.`,
    };
  const steps = Array.from(runs[0].conventionalCurve, (_, i) => i + 1);
  const conventional = seedBand(
    steps,
    runs.map(({ conventionalCurve }) => conventionalCurve),
    "values",
  );
  const best = seedBand(steps, bestCurves, "values");
  const end = (points: typeof best) => points[points.length - 1].median;
  const found = `After ${whole(steps.length)} steps the median test loss is ${number(end(best), 4)} nats under the best policies, where conventional learning ends at ${number(end(conventional), 4)}.`;
  const svg = draw(LOSS, found, {
    x: { label: "step", domain: [0, steps.length] },
    y: { label: "test loss, nats", grid: true, nice: true },
    marks: [
      ...legend([
        { name: "conventional", color: color("conventional") },
        { name: "best policies", color: color("best") },
      ]),
      ...bandMarks(conventional, color("conventional")),
      ...bandMarks(best, color("best")),
    ],
  });
  return {
    ...{ ...about, svg },
    caption: {
      shows: `The loss on unseen test examples after each step, under conventional learning and under the best policy of each seed. ${BAND_WORDS}`,
      theory:
        "A near-optimal policy reaches the final loss of conventional learning in fewer steps, whatever the seed.",
      found,
    },
  };
}

const ACCELERATION = "The acceleration, epoch by epoch of the search";

function accelerationFigure({ runs, overSeeds }: SearchSeedsData): Figure | AbsentFigure {
  const about = { slug: "acceleration", title: ACCELERATION };
  const points = seedBand(
    epochsOf(runs),
    perEpoch(runs, ({ acceleration }) => acceleration),
    "ratios",
  );
  const { values, median } = overSeeds.acceleration;
  if (points.length < 2)
    return { ...about, absent: "in no two epochs every seed reaches the final test loss of conventional learning." };
  const reached = seedsThatHave({ values });
  const found =
    median === null
      ? `The best policies of ${reached} of ${values.length} seeds reach the final test loss of conventional learning.${risingText(runs)}`
      : `Under their best policies the seeds reach the final test loss of conventional learning ${reachText(overSeeds.acceleration, times)} times sooner.`;
  const svg = draw(ACCELERATION, found, {
    x: { label: "epoch of the search", ticks: Math.min(10, epochsOf(runs).length - 1) },
    y: { label: "times sooner", grid: true, nice: true },
    marks: [Plot.ruleY([1], MARK_LINE), ...bandMarks(points, color("best"))],
  });
  return {
    ...{ ...about, svg },
    caption: {
      shows: `How many times sooner the final test loss of conventional learning is reached under the policy of each epoch. The dashed line is conventional learning. The interval is taken on logarithms, and is one of the geometric mean; epochs in which a seed does not reach that loss are left out. ${BAND_WORDS}`,
      theory:
        "The longer the search, the sooner that loss is reached, until the policies fit the desired examples they see better than unseen ones.",
      found,
    },
  };
}

function epochsOf(runs: readonly SearchedSeed[]): number[] {
  return runs[0].metrics.map(({ epoch }) => epoch);
}

function perEpoch<Value>(
  runs: readonly SearchedSeed[],
  value: (metrics: SearchedSeed["metrics"][number]) => Value,
): Value[][] {
  return runs.map(({ metrics }) => metrics.map(value));
}
