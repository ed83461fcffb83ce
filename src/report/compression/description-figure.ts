import * as Plot from "@observablehq/plot";
import type { DescribedPart } from "../../compression/describing-encoder.js";
import type { Figure } from "../figure.js";
import { compact, number, whole } from "../format.js";
import { color } from "../palette.js";
import { draw } from "../plot.js";

/** Points of the curve: what lies between two is their mean. */
const MOST_POINTS = 400;

/** The loss of content while it is read, in bits a byte: the area below is the length of its description. */
export function descriptionFigure(parts: readonly DescribedPart[], fileBytes: number): Figure {
  const title = "The loss of the content while it is read";
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const points: { at: number; bitsPerByte: number }[] = [];
  let [at, bytes, bits] = [0, 0, 0];
  for (const part of parts) {
    bytes += part.bytes;
    bits += part.bits;
    if (bytes < total / MOST_POINTS && at + bytes < total) continue;
    points.push({ at: at + bytes / 2, bitsPerByte: bits / bytes });
    at += bytes;
    [bytes, bits] = [0, 0];
  }
  const area = parts.reduce((sum, part) => sum + part.bits, 0) / 8;
  const found = `The area is ${whole(Math.round(area))} bytes; the file has ${whole(fileBytes)}.`;
  return {
    ...{ slug: "description", title },
    svg: draw(title, found, {
      x: { label: "bytes read", tickFormat: compact, domain: [0, total] },
      y: { label: "bits a byte", grid: true, zero: true },
      marks: [
        Plot.areaY(points, { x: "at", y: "bitsPerByte", fill: color("best"), fillOpacity: 0.15 }),
        Plot.line(points, { x: "at", y: "bitsPerByte", stroke: color("best"), strokeWidth: 2 }),
      ],
    }),
    caption: {
      shows: `The loss of ${whole(total)} bytes, ${number((8 * area) / Math.max(1, total), 3)} bits each in the mean.`,
      theory:
        "A model that learns as it reads compresses: the area under its loss, in bits, is the length of the description " +
        "(Gu et al. 2024, arXiv:2402.17759, theorem A.1).",
      found,
    },
  };
}
