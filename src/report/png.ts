import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Resvg } from "@resvg/resvg-js";
import { InputError } from "../base/errors.js";
import { makeFolder as makeFolders, writeFileAtomically } from "../files/atomic-file.js";
import type { AbsentFigure, Figure } from "./figure.js";
import { standaloneSvg } from "./standalone-svg.js";

/** Pixels for each unit of a figure. */
const SCALE = 2;

/**
 * An SVG of the report as a PNG on white. Its text is drawn with the fonts of this machine: where none of Arial,
 * Helvetica, Liberation Sans and DejaVu Sans is installed, there may be no text.
 */
export function svgToPng(
  svg: string,
  size: { mode: "zoom" | "width"; value: number } = { mode: "zoom", value: SCALE },
): Buffer {
  const drawn = standaloneSvg(svg)
    // resvg knows this older name of it only.
    .replaceAll('image-rendering="pixelated"', 'image-rendering="optimizeSpeed"');
  const image = new Resvg(drawn, {
    background: "#ffffff",
    fitTo: size,
    font: { loadSystemFonts: true },
  });
  return image.render().asPng();
}

/** Makes a folder for figures, unless it is there. Throws InputError where it cannot. */
export function makeFolder(path: string, option = "--png"): void {
  refuseFile(path, option);
  makeFolders(path, `cannot write ${path}`);
}

/** Throws InputError if a folder for figures is a file. */
export function refuseFile(path: string, option = "--png"): void {
  if (existsSync(path) && !statSync(path).isDirectory())
    throw new InputError(`${path} is a file; ${option} takes a folder`);
}

/** The figures that there are, with their names: `02-acceleration`. What is absent takes no number. */
export function figureNames(figures: readonly (Figure | AbsentFigure)[]): { name: string; figure: Figure }[] {
  return figures
    .filter((figure): figure is Figure => !("absent" in figure))
    .map((figure, i) => ({ name: `${String(i + 1).padStart(2, "0")}-${figure.slug}`, figure }));
}

/** Writes every figure as `02-acceleration.png` and returns the paths. Throws InputError if one cannot be written. */
export function writePngs(folder: string, figures: readonly (Figure | AbsentFigure)[]): string[] {
  return figureNames(figures).map(({ name, figure }) => {
    const path = join(folder, `${name}.png`);
    writeFileAtomically(path, svgToPng(figure.svg));
    return path;
  });
}
