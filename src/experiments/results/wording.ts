import { number, percent, times } from "../../report/format.js";
import type { Figure, Unit } from "../claims/claim.js";
import type { Expectation, Tolerance } from "../claims/expectation.js";
import type { Verdict } from "../claims/verdict.js";
import type { ClaimResult, Origin } from "./results.js";

/** `5.42`, `85.8%`. */
export function valueText(value: number | null, unit: Unit): string {
  if (value === null) return number(null);
  if (unit === "share") return percent(value);
  return unit === "times" ? times(value) : number(value);
}

/** `5.42`, or of a series `3.34 to 4.34`. */
export function figureText(figure: Figure, unit: Unit): string {
  if (typeof figure === "object" && figure !== null) return figure.map((value) => valueText(value, unit)).join(" to ");
  return valueText(figure, unit);
}

/** All figures of a claim, and of several their median. */
export function measuredText({ figures, median }: ClaimResult, unit: Unit): string {
  const all = figures.map((figure) => figureText(figure, unit)).join(", ");
  return figures.length > 1 ? `${all} (median ${figureText(median, unit)})` : all;
}

/** `5.50`, `at least 90%`, `rises`: in the digits that it was published with. */
export function publishedText(published: Expectation, unit: Unit): string {
  switch (published.kind) {
    case "equals":
      return givenText(published.value, unit);
    case "at least":
    case "at most":
      return `${published.kind} ${givenText(published.value, unit)}`;
    case "increases":
      return "rises";
    case "tends":
      return `tends to ${givenText(published.value, unit)}`;
  }
}

function givenText(value: number, unit: Unit): string {
  if (unit === "share") return percent(value).replace(".0%", "%");
  return unit === "times" ? times(value) : String(value);
}

/** `within 10% of it`; nothing where there is no tolerance. */
export function toleranceText({ kind, value }: Tolerance, unit: Unit): string {
  if (value === 0) return "";
  switch (kind) {
    case "absolute":
      return unit === "share" ? `within ${Number((100 * value).toPrecision(3))} points` : `within ${value}`;
    case "relative":
      return `within ${percent(value, 0)} of it`;
    case "standard errors":
      return `within ${value} standard errors`;
  }
}

/** What was published, with the tolerance. */
export function expectedText(published: Expectation, tolerance: Tolerance, unit: Unit): string {
  return [publishedText(published, unit), toleranceText(tolerance, unit)].filter((text) => text !== "").join(", ");
}

/** Where figures are from. */
export function originText(origin: Origin): string {
  if ("document" in origin)
    return `taken from ${origin.document} as of commit ${origin.commit}: measured before this record and its tolerances`;
  const { format: _, platform, arch, ...programs } = origin.versions;
  const versions = Object.entries(programs).map(([name, version]) => `${name} ${version}`);
  return `measured with ${versions.join(", ")} on ${platform}/${arch}`;
}

/** `3 reproduced, 1 not reproduced, 1 refuted, 2 not yet measured`; of a verdict that was not given, nothing. */
export function countsText(verdicts: readonly (Verdict | undefined)[]): string {
  const kinds = ["reproduced", "not reproduced", "refuted", undefined] as const;
  return kinds
    .map((kind) => ({ name: kind ?? "not yet measured", count: verdicts.filter((verdict) => verdict === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(", ");
}
