import { basename } from "node:path";
import { color, ramp } from "../palette.js";

/** The colours of curves, of one that of a best policy, of several along the ramp. */
export function curveColors(count: number): string[] {
  return count === 1 ? [color("best")] : Array.from({ length: count }, (_, i) => ramp(i / (count - 1)));
}

/** What a curve is called in a figure: its file without folder and ending. */
export function curveName(path: string): string {
  return shortName(basename(path).replace(/\.(csv|tsv|txt|jsonl|ndjson|json)(?=$|:)/, ""));
}

function shortName(name: string): string {
  return name.length > 20 ? `${name.slice(0, 19)}…` : name;
}
