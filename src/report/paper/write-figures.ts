import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import type { AbsentFigure, Figure } from "../figure.js";
import { reportKind } from "../kinds.js";
import { figureNames, makeFolder, refuseFile, svgToPng } from "../png.js";
import { standaloneSvg } from "../standalone-svg.js";
import { captionText } from "./caption-text.js";
import { figurePdf } from "./figure-pdf.js";

/** In millimetres: the text of most pages in print. */
const DEFAULT_WIDTH = 160;
const NARROWEST = 20;
const WIDEST = 1000;
/** Pixels to a millimetre: 300 to an inch, as journals ask. */
const PIXELS = 300 / 25.4;

/**
 * Draws the figures of a finished and evaluated search, of a training beside others, of a folder of seeds, or of a selection, for print. Each is
 * written as `02-acceleration.svg`, `.pdf`, `.png` (300 pixels to an inch) and `.txt`, its caption; the paths are returned. The same run gives the same bytes on
 * one machine: the outlines of letters are those of its fonts.
 *
 * @param folder is made unless it is there
 * @param options.width in millimetres, from 20 to 1000
 * @throws InputError if the run is missing, unfinished, not evaluated or damaged, if the width is none, or if a file cannot
 *   be written
 */
export async function writeFigures(
  run: string,
  folder: string,
  { width, others = [] }: { readonly width?: number; readonly others?: readonly string[] } = {},
): Promise<string[]> {
  refuseFigures(folder, width);
  return writeFigureFiles(reportKind(run).figures(run, others), folder, width);
}

/** The files of these figures, in a folder that is made unless it is there; see `writeFigures`. */
export async function writeFigureFiles(
  figures: readonly (Figure | AbsentFigure)[],
  folder: string,
  width = DEFAULT_WIDTH,
): Promise<string[]> {
  makeFolder(folder, "--figures");
  return (await Promise.all(filesOf(figures, width))).flat().map(({ name, content }) => {
    const path = join(folder, name);
    writeFileAtomically(path, content);
    return path;
  });
}

/** Before anything is drawn. Throws InputError if figures have no such width, or the folder is a file. */
export function refuseFigures(folder: string, width = DEFAULT_WIDTH): void {
  if (!(width >= NARROWEST && width <= WIDEST))
    throw new InputError(`a figure is from ${NARROWEST} to ${WIDEST} mm wide, not ${width}`);
  refuseFile(folder, "--figures");
}

/** The files of every figure that there is. */
function filesOf(figures: readonly (Figure | AbsentFigure)[], width: number) {
  return figureNames(figures).map(async ({ name, figure }, i) => [
    { name: `${name}.svg`, content: sized(standaloneSvg(figure.svg), width) },
    { name: `${name}.pdf`, content: await figurePdf(figure, width) },
    { name: `${name}.png`, content: svgToPng(figure.svg, { mode: "width", value: Math.round(width * PIXELS) }) },
    { name: `${name}.txt`, content: captionText(i + 1, figure) },
  ]);
}

/** An SVG of this width in millimetres; its view box keeps the proportions. */
function sized(svg: string, width: number): string {
  return svg.replace(/ width="([\d.]+)" height="([\d.]+)"/, (_, w: string, h: string) => {
    return ` width="${width}mm" height="${Number(((width * Number(h)) / Number(w)).toFixed(3))}mm"`;
  });
}
