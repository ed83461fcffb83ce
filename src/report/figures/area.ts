import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.js";
import { count, number } from "../format.js";
import { color } from "../palette.js";
import { draw, evenTicks, label, legend, MARK_LINE, tickText } from "../plot.js";
import type { ReportData } from "../report-data.js";

const title = "The area under the loss curve, epoch by epoch of the search";

const TICKS = 6;

/** The objective J on desired and on test text over the search, with the compression ratio (DESIGN 2.2). */
export function areaFigure({ metrics, best, outcomes }: ReportData): Figure {
  const [first, last] = [metrics[0], metrics[metrics.length - 1]];
  const chosen = metrics[best.epoch];
  const found =
    `In ${count(metrics.length - 1, "epoch")} J goes from ${number(first.area, 4)} to ${number(last.area, 4)} nats. ` +
    `On unseen test examples the area goes from ${number(first.testArea, 4)} to ${number(chosen.testArea, 4)} nats at epoch ` +
    `${best.epoch}, the best on validation, and the compression ratio from ${number(first.compressionRatio, 4)} ` +
    `to ${number(chosen.compressionRatio, 4)}.`;
  const bits = Math.log2(outcomes) * Math.LN2;
  const areas = metrics.flatMap(({ area, testArea }) => [area, testArea]);
  const ratios = evenTicks(bits / Math.max(...areas), bits / Math.min(...areas));
  const ratioText = tickText(ratios);
  const late = best.epoch > last.epoch / 2;
  const svg = draw(title, found, {
    marginRight: 58,
    // The first and the last epoch stand apart from the axes, and so does the line of the chosen one.
    insetLeft: 16,
    insetRight: 16,
    x: { label: "epoch of the search", domain: [0, Math.max(1, last.epoch)], ticks: Math.min(10, last.epoch) },
    y: { grid: true, nice: true, ticks: TICKS },
    marks: [
      ...legend(
        [
          { name: "desired (J)", color: color("conventional") },
          { name: "test", color: color("best") },
        ],
        16,
        // Not where the line of a chosen last epoch is.
        late ? -24 : 0,
      ),
      Plot.axisY({ anchor: "left", label: "area, nats", ticks: TICKS }),
      Plot.axisY(
        ratios.map((ratio) => bits / ratio),
        {
          anchor: "right",
          label: "compression ratio",
          labelArrow: "down",
          text: (area: number) => ratioText(bits / area),
        },
      ),
      Plot.ruleX([best.epoch], MARK_LINE),
      label(
        "chosen",
        { frameAnchor: "top" },
        { x: [best.epoch], dx: late ? -6 : 6, dy: 44, textAnchor: late ? "end" : "start" },
      ),
      Plot.line(metrics, { x: "epoch", y: "area", stroke: color("conventional"), strokeWidth: 2.5 }),
      Plot.line(metrics, { x: "epoch", y: "testArea", stroke: color("best"), strokeWidth: 2.5 }),
      Plot.dot([chosen], { x: "epoch", y: "testArea", fill: color("best"), r: 5 }),
    ],
  });
  return {
    slug: "area",
    title,
    svg,
    caption: {
      shows:
        "The mean loss over all steps of learning, which the search makes smaller: on the desired examples that it sees " +
        "(J), and on test examples that it does not. The axis on the right reads the same heights as compression ratios. " +
        "The dashed line is at the epoch that was chosen, on validation examples.",
      theory:
        "A smaller area is a shorter description of what is desired: the optimal policy compresses best. A long search " +
        "in the end fits the desired examples it sees better than unseen ones.",
      found,
    },
  };
}
