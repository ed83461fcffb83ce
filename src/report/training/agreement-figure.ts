import * as Plot from "@observablehq/plot";
import { mean } from "simple-statistics";
import type { AgreementAt } from "../../training/weighting/agreement-history.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { count, number, percent, whole } from "../format.js";
import { draw, legendColumn, MARK_LINE } from "../plot.js";
import { coloredRuns, shortened } from "./run-colors.js";
import type { TrainingReportData } from "./training-data.js";

const about = { slug: "agreement", title: "When the halves of the desired text agreed on what helps" };

/** The agreement of the two halves of the desired set in every measuring step (DESIGN 2.8). */
export function agreementFigure(data: TrainingReportData): Figure | AbsentFigure {
  const runs = coloredRuns(data).filter(({ agreements }) => agreements.length > 0);
  if (runs.length === 0)
    return {
      ...about,
      absent: "no policy here measured contributions, or the version of learning-law that trained did not record it.",
    };
  const steps = Math.max(...runs.map(({ costs }) => costs[costs.length - 1].step));
  const lowest = Math.min(0, ...runs.flatMap(({ agreements }) => agreements.map(({ agreement }) => agreement)));
  const found = runs.map(({ name, agreements, costs }) => finding(name, agreements, costs[costs.length - 1].step));
  const svg = draw(about.title, found.join(" "), {
    x: { label: "step", domain: [0, steps] },
    y: { label: "agreement ρ", domain: [lowest, 1], grid: true, nice: true },
    marks: [
      Plot.ruleY([0], MARK_LINE),
      ...runs.map((run) =>
        Plot.line(run.agreements, { x: "step", y: "agreement", stroke: run.color, strokeWidth: 1.75 }),
      ),
      ...(runs.length > 1 ? legendColumn(runs.map(({ name, color }) => ({ name: shortened(name), color }))) : []),
    ],
  });
  return {
    ...about,
    svg,
    caption: {
      shows:
        "In each step in which the policy measured, how far two halves of the desired text agree on which examples help: the " +
        "correlation of the contributions to one half with those to the other, averaged over the last few hundred examples " +
        "that were compared, less two standard errors. 1 is full agreement; at and below 0 (the dashed line) there is none.",
      theory:
        "The agreement is the step by which the learning law moves weight. While it is high the law measures often and decides fast; " +
        "where the halves do not agree, what seems to help is the sampling error of little desired text, and the weights stand still.",
      found: found.join(" "),
    },
  };
}

function finding(name: string, agreements: readonly AgreementAt[], steps: number): string {
  const quarter = Math.ceil(agreements.length / 4);
  const of = (some: readonly AgreementAt[]) => number(mean(some.map(({ agreement }) => agreement)), 2);
  const agreed = agreements.filter(({ agreement }) => agreement > 0);
  const when = `${name} measured in ${whole(agreements.length)} of ${count(steps, "step")}; in ${percent(agreed.length / agreements.length)} of these the halves agreed (ρ above 0)`;
  const last = agreed.length === 0 ? "" : `, the last time at step ${whole(agreed[agreed.length - 1].step)}`;
  return `${when}${last}. ρ is ${of(agreements.slice(0, quarter))} in the first quarter of them, and ${of(agreements.slice(-quarter))} in the last.`;
}
