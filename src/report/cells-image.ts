import { Resvg } from "@resvg/resvg-js";

/** A table of numbers from 0 to 1, row by row. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  readonly values: Float64Array;
}

/**
 * A table as an image of one pixel a cell, as a data URI: 0 is transparent, 1 (or more) is `fill`. Tens of thousands of
 * SVG rectangles would be as many megabytes of page.
 */
export function cellsImage({ columns, rows, values }: Cells, fill: string): string {
  const cells = Array.from(values, (value, i) => {
    const opacity = Math.min(1, value).toFixed(3);
    return `<rect x="${i % columns}" y="${Math.floor(i / columns)}" width="1" height="1" opacity="${opacity}"/>`;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${columns}" height="${rows}" fill="${fill}" ` +
    `shape-rendering="crispEdges">${cells.join("")}</svg>`;
  return `data:image/png;base64,${new Resvg(svg).render().asPng().toString("base64")}`;
}
