import { withColors } from "./palette.js";

const TEXT = "#1d1f22";
/** One of them is on every system that we know. */
const FONTS = "Arial, Helvetica, Liberation Sans, DejaVu Sans, sans-serif";

/** A figure of a light page that needs no page: its colours and its fonts are in it. */
export function standaloneSvg(svg: string): string {
  return withColors(svg, "light").replace("<svg ", `<svg color="${TEXT}" font-family="${FONTS}" `);
}
