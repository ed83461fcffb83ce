import * as Plot from "@observablehq/plot";

/*
 * The colours of a report, as CSS variables that change with the reader's light or dark page. Every one has a contrast
 * of at least 4.5 with the page, so that text may have it, and grey, orange and blue are told apart by colour-blind
 * readers too (they are Okabe and Ito's, darker on a light page).
 */

interface Theme {
  readonly light: string;
  readonly dark: string;
}

const colors = {
  page: { light: "#ffffff", dark: "#15171b" },
  panel: { light: "#f5f5f3", dark: "#1f2228" },
  rule: { light: "#d9d9d6", dark: "#3a3f47" },
  text: { light: "#1d1f22", dark: "#e8e8e6" },
  quiet: { light: "#5c6066", dark: "#a9aeb6" },
  conventional: { light: "#6b6f75", dark: "#9aa0a8" },
  best: { light: "#b8410a", dark: "#ff9d5c" },
  perturbed: { light: "#0b69b0", dark: "#6cb8f5" },
} as const satisfies Record<string, Theme>;

/** The name of a colour, the same on a light and on a dark page. */
export type Color = keyof typeof colors;

/** A colour as SVG and CSS name it. */
export const color = (name: Color) => `var(--${name})`;

/** How many colours lead from that of conventional learning to that of the best policy. */
export const RAMP = 13;

/** Hues on the way from conventional learning to the best policy: four lines, the fewest of a search, differ in hue. */
const VIOLET = { light: "#5a4fb5", dark: "#a89df5" };
const MAGENTA = { light: "#a3267f", dark: "#f07fc6" };

/** The colour at this part (0 to 1) of the way from conventional learning to the best policy. */
export function ramp(part: number): string {
  return `var(--ramp-${Math.round(part * (RAMP - 1))})`;
}

/** Orange that can be seen on a light and on a dark page, for images, which cannot change with the page. */
export const IMAGE_ORANGE = "#d4601a";
/** The same in blue. */
export const IMAGE_BLUE = "#2f86cf";

/** The colours of a theme as CSS declarations. */
export function declarations(theme: keyof Theme): string {
  return [...variables(theme)].map(([name, value]) => `${name}: ${value};`).join(" ");
}

/** The SVG with the colours themselves in place of their names, for programs that know no variables. */
export function withColors(svg: string, theme: keyof Theme): string {
  const values = variables(theme);
  return svg.replaceAll(/var\((--[\w-]+)\)/g, (name, variable) => values.get(variable) ?? name);
}

function variables(theme: keyof Theme): Map<string, string> {
  const between = Plot.scale({
    color: {
      type: "linear",
      domain: [0, 1, 2, 3].map((part) => (part * (RAMP - 1)) / 3),
      range: [colors.conventional, VIOLET, MAGENTA, colors.best].map((hue) => hue[theme]),
      interpolate: "lab",
    },
  });
  return new Map([
    ...Object.entries(colors).map(([name, value]) => [`--${name}`, value[theme]] as const),
    ...Array.from({ length: RAMP }, (_, i) => [`--ramp-${i}`, between.apply(i)] as const),
  ]);
}
