import type { AbsentFigure, Figure } from "../figure.js";
import { BAND_WORDS, bandMarks, seedBand } from "../figures/seed-band.js";
import { times, whole } from "../format.js";
import { color } from "../palette.js";
import { draw, legendColumn } from "../plot.js";
import { shortened } from "../training/run-colors.js";
import type { TrainedSeed, TrainSeedsData } from "./seeds-data.js";
import { reachText } from "./seeds-words.js";

const TITLE = "The test loss over the steps";

/** The figures of trainings with several seeds. */
export function trainSeedsFigures({ name, runs, overSeeds, baseline }: TrainSeedsData): (Figure | AbsentFigure)[] {
  const ends = `Over ${whole(runs.length)} seeds the final test loss of ${name} is ${reachText(overSeeds.finalTestLoss)} nats.`;
  const compared =
    baseline === undefined
      ? []
      : [
          `That of ${baseline.name} is ${reachText(baseline.comparison.finalTestLoss.baseline)}; the difference within a seed is ${reachText(baseline.comparison.finalTestLoss.difference)}.`,
          `The acceleration in steps is ${reachText(baseline.comparison.accelerations.steps, times)}.`,
        ];
  const found = [ends, ...compared].join(" ");
  const svg = draw(TITLE, found, {
    marginBottom: 52,
    x: { label: "steps", ticks: 5, zero: true },
    y: { label: "test loss, nats", grid: true, nice: true },
    marks: [
      ...(baseline === undefined ? [] : bandMarks(lossBand(baseline.runs), color("conventional"))),
      ...bandMarks(lossBand(runs), color("best")),
      ...legendColumn([
        ...(baseline === undefined ? [] : [{ name: shortened(baseline.name), color: color("conventional") }]),
        { name: shortened(name), color: color("best") },
      ]),
    ],
  });
  const caption = {
    shows: `The loss on unseen test examples at every evaluation. ${BAND_WORDS}`,
    theory:
      "A seed decides the order of the batches, the first parameters and the choice of the examples; the ribbons show how much " +
      "that matters. Where two ribbons overlap, the paired difference may still tell them apart.",
    found,
  };
  return [{ slug: "loss-over-steps", title: TITLE, svg, caption }];
}

/** Evaluations are at the same steps in every seed. */
function lossBand(runs: readonly TrainedSeed[]) {
  return seedBand(
    runs[0].costs.map(({ step }) => step),
    runs.map(({ costs }) => costs.map(({ testLoss }) => testLoss)),
    "values",
  );
}
