import { join } from "node:path";
import type { DescribedPart } from "../../compression/describing-encoder.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { writeFigureFiles } from "../paper/write-figures.js";
import { makeFolder } from "../png.js";
import { descriptionFigure } from "./description-figure.js";

/**
 * Writes the loss curve of a compression into a folder, which is made unless it is there: curve.jsonl, of every part the bytes
 * read so far as tokens and the loss in nats a byte, as `learning-law curve` reads it; and a figure, as `writeFigures` does.
 *
 * @returns the paths
 * @throws InputError if a file cannot be written
 */
export async function writeDescription(
  parts: readonly DescribedPart[],
  fileBytes: number,
  folder: string,
): Promise<string[]> {
  makeFolder(folder, "--explain");
  let tokens = 0;
  const lines = parts.map(({ bytes, bits }, i) => {
    tokens += bytes;
    return `${JSON.stringify({ step: i + 1, tokens, loss: (bits * Math.LN2) / bytes })}\n`;
  });
  const curve = join(folder, "curve.jsonl");
  writeFileAtomically(curve, lines.join(""));
  if (parts.length === 0) return [curve];
  return [curve, ...(await writeFigureFiles([descriptionFigure(parts, fileBytes)], folder))];
}
