import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { InputError } from "../base/errors.js";
import { asInputError, writeFileAtomically } from "../files/atomic-file.js";
import type { AbsentFigure, Figure } from "./figure.js";
import { withColors } from "./palette.js";

/** Pixels for each unit of a figure. */
const SCALE = 2;

const TEXT = "#1d1f22";
/** One of them is on every system that we know. */
const FONTS = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif";

/**
 * An SVG of the report as a PNG on white. Its text is drawn with the fonts of this machine: where none of Arial,
 * Helvetica, Liberation Sans and DejaVu Sans is installed, there may be no text.
 */
function svgToPng(svg: string): Buffer {
  const drawn = withColors(svg, "light")
    .replace("<svg ", `<svg color="${TEXT}" font-family="${FONTS}" `)
    // resvg knows this older name of it only.
    .replaceAll('image-rendering="pixelated"', 'image-rendering="optimizeSpeed"');
  const image = new Resvg(drawn, {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: SCALE },
    font: { loadSystemFonts: true },
  });
  return image.render().asPng();
}

/** Makes a folder for figures, unless it is there. Throws InputError where it cannot. */
export function makeFolder(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new InputError(`${path} is a file; --png takes a folder`);
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw asInputError(error, `cannot write ${path}`);
  }
}

/** The figures that there are: what is absent takes no number. */
export function drawn(figures: readonly (Figure | AbsentFigure)[]): Figure[] {
  return figures.filter((figure): figure is Figure => !("absent" in figure));
}

/** Writes every figure as `02-acceleration.png` and returns the paths. Throws InputError if one cannot be written. */
export function writePngs(folder: string, figures: readonly (Figure | AbsentFigure)[]): string[] {
  return drawn(figures).map((figure, i) => {
    const path = join(folder, `${String(i + 1).padStart(2, "0")}-${figure.slug}.png`);
    writeFileAtomically(path, svgToPng(figure.svg));
    return path;
  });
}
