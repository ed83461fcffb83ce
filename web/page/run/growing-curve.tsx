import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { Scroll } from "../scroll.js";
import "uplot/dist/uPlot.min.css";
import { compact, number } from "../format.js";

/** A line of a figure: its points in order of x. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Where lines reach a level, with what is to be said of it. */
export interface Mark {
  readonly level: number;
  readonly at: readonly number[];
  readonly text: string;
}

interface CurveProps {
  readonly lines: readonly Line[];
  readonly x: string;
  readonly y: string;
  readonly logarithmic: boolean;
  readonly mark?: Mark;
}

const HEIGHT = 340;

/** Curves that grow. Drawn on a canvas; a table behind it has the numbers. */
export function GrowingCurve({ lines, x, y, logarithmic, mark }: CurveProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const marked = useRef(mark);
  marked.current = mark;
  const drawn = joined(lines);
  const data = useRef(drawn);
  data.current = drawn;
  const isOpen = useSignal(false);
  const shape = JSON.stringify([lines.map(({ name }) => name), x, y, logarithmic]);

  // What it is made from is in shape; new points are given to it below.
  useEffect(() => {
    const element = place.current!;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const make = () => {
      plot.current?.destroy();
      const options = optionsOf(element, { lines, x, y, logarithmic }, () => marked.current);
      plot.current = new uPlot(options, data.current, element);
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    dark.addEventListener("change", make);
    return () => {
      observer.disconnect();
      dark.removeEventListener("change", make);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(data.current);
  });

  const last = lines.map(({ name, points }) => `${name} ${number(points.at(-1)?.[1])}`).join(", ");
  return (
    <figure class="curve">
      <div
        class="plot"
        ref={place}
        role="img"
        aria-label={`${y} over ${x}. Last: ${last}. A table below has the numbers.`}
      />
      <details
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>The numbers as a table</summary>
        {isOpen.value && <NumberTable lines={lines} x={x} y={y} />}
      </details>
    </figure>
  );
}

const TABLE_ROWS = 40;

function NumberTable({ lines, x, y }: { lines: readonly Line[]; x: string; y: string }) {
  return (
    <div class="tables">
      {lines.map(({ name, points }) => {
        const count = Math.min(TABLE_ROWS, points.length);
        const some = Array.from(
          { length: count },
          (_, i) => points[Math.round((i * (points.length - 1)) / Math.max(1, count - 1))],
        );
        return (
          <Scroll label={`Numbers of ${name}`} key={name}>
            <table>
              <caption>
                {name}
                {count < points.length ? `: ${count} of ${points.length} points` : ""}
              </caption>
              <thead>
                <tr>
                  <th scope="col">{x}</th>
                  <th scope="col">{y}</th>
                </tr>
              </thead>
              <tbody>
                {some.map(([at, value]) => (
                  <tr key={at}>
                    <td class="number">{number(at, 6)}</td>
                    <td class="number">{number(value, 6)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        );
      })}
    </div>
  );
}

/** The lines over one axis, as uPlot has it. */
function joined(lines: readonly Line[]): uPlot.AlignedData {
  const tables = lines.map(({ points }): uPlot.AlignedData => [points.map(([x]) => x), points.map(([, y]) => y)]);
  if (tables.length === 0) return [[], []];
  return tables.length === 1 ? tables[0] : uPlot.join(tables);
}

/** A colour of the page, for a canvas. */
function colorOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The colour of a line by its place; the same names as in the page's style. */
export const lineColor = (i: number) => `line-${i % 6}`;

/** Steps and epochs are whole. */
const WHOLE = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** Ticks with as many decimals as tell them apart. */
function axisText(_: uPlot, ticks: readonly (number | null)[]): string[] {
  const values = ticks.filter((tick) => tick !== null);
  const largest = Math.max(...values.map(Math.abs));
  const isWritten = (tick: number, decimals: number) =>
    Math.abs(Number(tick.toFixed(decimals)) - tick) < 1e-6 * largest;
  let decimals = 0;
  while (decimals < 8 && values.some((tick) => !isWritten(tick, decimals))) decimals++;
  return ticks.map((tick) => {
    if (tick === null) return "";
    return largest >= 10_000 ? compact(tick) : tick.toFixed(decimals);
  });
}

function optionsOf(
  element: HTMLElement,
  { lines, x, y, logarithmic }: CurveProps,
  mark: () => Mark | undefined,
): uPlot.Options {
  const quiet = colorOf("quiet");
  const axis = {
    stroke: quiet,
    grid: { stroke: colorOf("rule"), width: 1 },
    ticks: { stroke: colorOf("rule"), width: 1 },
  };
  const font = "13px system-ui, sans-serif";
  return {
    width: element.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false }, y: { distr: logarithmic ? 3 : 1 } },
    cursor: { drag: { x: true, y: false } },
    legend: { live: true },
    axes: [
      { ...axis, font, label: x, labelFont: font, labelSize: 22, incrs: WHOLE, values: axisText },
      {
        ...axis,
        font,
        label: y,
        labelFont: font,
        labelSize: 22,
        size: 58,
        values: axisText,
      },
    ],
    series: [
      { label: x, value: (_, value) => number(value) },
      ...lines.map(({ name }, i) => ({
        label: name,
        stroke: colorOf(lineColor(i)),
        width: 2,
        dash: i >= 6 ? [6, 4] : undefined,
        spanGaps: true,
        points: { show: lines[i].points.length < 40, fill: colorOf("page") },
        value: (_: uPlot, value: number | null) => number(value),
      })),
    ],
    hooks: { draw: [(plot) => drawMark(plot, mark())] },
  };
}

/** A dashed line at the level, a dot where each line reaches it, and the words. */
function drawMark(plot: uPlot, mark: Mark | undefined): void {
  if (mark === undefined) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(mark.level, "y", true);
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colorOf("quiet");
  ctx.fillStyle = colorOf("text");
  ctx.lineWidth = ratio;
  ctx.setLineDash([5 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  for (const at of mark.at) {
    ctx.beginPath();
    ctx.arc(plot.valToPos(at, "x", true), y, 4 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.font = `600 ${14 * ratio}px system-ui, sans-serif`;
  const x = plot.valToPos(Math.min(...mark.at), "x", true);
  // Losses fall: left of where they reach the level, there is room below it.
  const isRight = x - bbox.left < ctx.measureText(mark.text).width + 16 * ratio;
  ctx.textAlign = isRight ? "left" : "right";
  ctx.setLineDash([]);
  ctx.lineWidth = 4 * ratio;
  ctx.strokeStyle = colorOf("page");
  const at = [x + (isRight ? 8 : -8) * ratio, y + 20 * ratio] as const;
  ctx.strokeText(mark.text, ...at);
  ctx.fillText(mark.text, ...at);
  ctx.restore();
}
