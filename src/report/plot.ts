/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { JSDOM } from "jsdom";
import { color, RAMP, ramp } from "./palette.js";

/** In units that are a little less than a pixel on a phone, and a little more on a desk: text can be read on both. */
export const WIDTH = 480;
const FONT_SIZE = 14;
const HEIGHT = 310;

const { window } = new JSDOM("");
const { document } = window;

/**
 * Draws a plot as a whole `<svg>` element, text in the page's own font and colour.
 *
 * @param title what the figure is called
 * @param alt what it shows, for those who cannot see it
 */
export function draw(title: string, alt: string, options: Plot.PlotOptions): string {
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 36,
    marginLeft: 52,
    marginRight: 20,
    marginBottom: 48,
    ...options,
    y: { ticks: 6, ...options.y },
  });
  // Its sizes are the page's business, and its class names are of no use without the styles.
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const element of [svg, ...svg.querySelectorAll("[class]")]) element.removeAttribute("class");
  svg.removeAttribute("font-family");
  svg.setAttribute("font-size", String(FONT_SIZE));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", alt);
  const name = document.createElementNS(svg.namespaceURI, "title");
  name.textContent = title;
  svg.prepend(name);
  return new window.XMLSerializer().serializeToString(svg);
}

/** A few words in a figure; `dx` and `dy` in pixels from the point. */
export function label(
  text: string,
  point: { x: Plot.ChannelValue; y: Plot.ChannelValue } | { frameAnchor: Plot.FrameAnchor },
  options: Plot.TextOptions = {},
): Plot.Text {
  const position =
    "frameAnchor" in point ? point : { x: [point.x] as Plot.ChannelValue, y: [point.y] as Plot.ChannelValue };
  return Plot.text([text], {
    text: [text],
    fill: "currentColor",
    stroke: color("page"),
    strokeWidth: 4,
    ...position,
    ...options,
  });
}

/** A colour of a figure and what it stands for. */
export interface LegendEntry {
  readonly name: string;
  readonly color: string;
  readonly opacity?: number;
}

/** The names of colours at the right end, above the figure or, with a positive `dy`, in it, `dx` from its edge. */
export function legend(entries: readonly LegendEntry[], dy = -22, dx = 0): Plot.Markish[] {
  let left = dx - entries.reduce((sum, { name }) => sum + legendWidth(name), 0);
  return entries.flatMap((entry) => {
    const marks = legendEntry(entry, left, dy);
    left += legendWidth(entry.name);
    return marks;
  });
}

/** The same one below another, at the right end; the first stands at `dy`. */
export function legendColumn(entries: readonly LegendEntry[], dy = 14): Plot.Markish[] {
  const left = -Math.max(...entries.map(({ name }) => legendWidth(name)));
  return entries.flatMap((entry, i) => legendEntry(entry, left, dy + 20 * i));
}

function legendEntry({ name, color: fill, opacity }: LegendEntry, left: number, dy: number): Plot.Markish[] {
  const place = { frameAnchor: "top-right", dy } as const;
  const stroke = opacity === undefined ? undefined : color("quiet");
  return [
    Plot.dot([0], { ...place, dx: left + 8, symbol: "square", r: 6, fill, fillOpacity: opacity, stroke }),
    label(name, place, { dx: left + 20, textAnchor: "start", lineAnchor: "middle" }),
  ];
}

/** The colours from conventional learning to the best policy above the right end of a figure, with what stands at the ends. */
export function rampLegend([from, to]: readonly [string, string]): Plot.Markish[] {
  const place = { frameAnchor: "top-right", dy: -22 } as const;
  const words = { textAnchor: "end", lineAnchor: "middle" } as const;
  const left = textWidth(to) + 14 + (RAMP - 1) * 8;
  return [
    label(to, place, words),
    ...Array.from({ length: RAMP }, (_, i) =>
      Plot.dot([0], { ...place, dx: i * 8 - left, symbol: "square", r: 6, fill: ramp(i / (RAMP - 1)) }),
    ),
    label(from, place, { ...words, dx: -left - 14 }),
  ];
}

/** A dashed line across a figure that marks a value, quieter than what was measured. */
export const MARK_LINE = { stroke: color("quiet"), strokeDasharray: "5 4", strokeWidth: 1.25 } as const;

function legendWidth(name: string): number {
  return textWidth(name) + 36;
}

/** About how wide a text is drawn; in a wide font it is. */
function textWidth(text: string): number {
  return 0.58 * FONT_SIZE * text.length;
}

interface LogAxis {
  readonly ticks: readonly number[];
  readonly label: string;
}

/** The axes of a logarithmic plot with these ticks, all of them labelled; Plot leaves labels out. */
export function logAxes(x: LogAxis, y: LogAxis) {
  return [...logAxisY(y), Plot.axisX(x.ticks, { label: x.label, text: tickText(x.ticks) })];
}

/** The upright one alone, with its grid. */
export function logAxisY({ ticks, label }: LogAxis) {
  return [Plot.gridY(ticks), Plot.axisY(ticks, { label, text: tickText(ticks) })];
}

/** How a tick is written. Within a decade all ticks with as many decimals as the one that needs most (5.8, 6.0, 6.2); over more, each as short as it is. */
export function tickText(ticks: readonly number[]): (tick: number) => string {
  const short = (tick: number) => String(Number(tick.toPrecision(10)));
  if (Math.max(...ticks) >= 10 * Math.min(...ticks)) return short;
  const decimals = Math.max(...ticks.map((tick) => short(tick).split(".")[1]?.length ?? 0));
  return (tick) => tick.toFixed(decimals);
}

/** Round numbers for an axis in logarithms: some multiples of powers of ten, or, within a decade, evenly spaced. */
export function logTicks(from: number, to: number): number[] {
  const powers = range(Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))).map((power) => 10 ** power);
  const multiples = to / from > 100 ? [1, 3] : [1, 2, 5];
  const ticks = powers
    .flatMap((power) => multiples.map((multiple) => multiple * power))
    .filter((tick) => tick >= from && tick <= to);
  return ticks.length > 3 ? ticks : evenTicks(from, to);
}

/** Multiples of 1, 2 or 5 times a power of ten, evenly spaced, at least three gaps of them between two values. */
export function evenTicks(from: number, to: number): number[] {
  const size = 10 ** Math.floor(Math.log10((to - from) / 3));
  const step = size * [5, 2, 1].find((multiple) => size * multiple <= (to - from) / 3)!;
  return range(Math.ceil(from / step), Math.floor(to / step)).map((multiple) =>
    Number((multiple * step).toPrecision(12)),
  );
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
