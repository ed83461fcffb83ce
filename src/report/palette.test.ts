import { expect, test } from "vitest";
import { color, declarations, RAMP, ramp, withColors } from "./palette.js";

test("every colour has a value in both themes, and may be put in place of its name", () => {
  const svg = `<g fill="${color("best")}" stroke="${ramp(0)}"/>${Array.from({ length: RAMP }, (_, i) => ramp(i / (RAMP - 1)))}`;
  for (const theme of ["light", "dark"] as const) {
    expect(withColors(svg, theme)).not.toContain("var(");
    expect(declarations(theme)).toContain(`--ramp-${RAMP - 1}: `);
  }
  expect(withColors(svg, "light")).not.toBe(withColors(svg, "dark"));
});

test("a name that is no colour of ours stays", () => {
  expect(withColors("var(--other)", "light")).toBe("var(--other)");
});
