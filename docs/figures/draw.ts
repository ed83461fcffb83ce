/// <reference lib="dom" />
/**
 * Draws docs/figures/quickstart.svg: the test loss of conventional learning and of learning under a searched policy.
 *
 *   node build/docs/figures/draw.js conventional.json policy.json > docs/figures/quickstart.svg
 *
 * Both files hold a `testCurve`: a run's baseline.json, and what `train --policy ... --json` prints.
 */
import { readFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { acceleration } from "../../src/law/acceleration.js";

const [conventional, searched] = process.argv.slice(2, 4).map((path) => {
  return Float64Array.from(JSON.parse(readFileSync(path, "utf8")).testCurve);
});
const T = conventional.length;
const speed = acceleration(searched, conventional);
const target = conventional[T - 1];
const points = (curve: Float64Array, name: string) => Array.from(curve, (loss, i) => ({ step: i + 1, loss, name }));
const reached = T / speed;

const { document } = new JSDOM("").window;
const figure = Plot.plot({
  document,
  width: 720,
  height: 320,
  marginLeft: 48,
  marginRight: 110,
  insetBottom: 16,
  style: "background: white; color: #222; font-size: 12px;",
  x: { label: "step" },
  y: { label: "loss on unseen test text, nats per token", grid: true },
  marks: [
    Plot.link([{ x1: reached, x2: T, y: target }], {
      x1: "x1",
      x2: "x2",
      y: "y",
      stroke: "#444",
      strokeDasharray: "4 3",
      markerStart: "dot",
      markerEnd: "dot",
    }),
    Plot.text([{ step: reached, loss: target }], {
      x: "step",
      y: "loss",
      text: [`${speed.toFixed(2)} times sooner`],
      textAnchor: "start",
      dx: 6,
      dy: -8,
      fill: "#444",
    }),
    Plot.line([...points(conventional, "conventional"), ...points(searched, "searched policy")], {
      x: "step",
      y: "loss",
      stroke: "name",
      strokeWidth: 2,
    }),
    ...[
      { name: "conventional", loss: target, dy: -6 },
      { name: "searched policy", loss: searched[T - 1], dy: 6 },
    ].map(({ name, loss, dy }) =>
      Plot.text([{ name, loss }], { x: T, y: "loss", text: "name", fill: "name", textAnchor: "start", dx: 8, dy }),
    ),
  ],
  color: { domain: ["conventional", "searched policy"], range: ["#888888", "#c0392b"] },
});
figure.setAttribute("xmlns", "http://www.w3.org/2000/svg");
figure.setAttribute("role", "img");
figure.setAttribute(
  "aria-label",
  `Test loss over ${T} steps: the searched policy reaches the conventional final loss ${speed.toFixed(2)} times sooner`,
);
console.log(figure.outerHTML);
