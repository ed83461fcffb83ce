import { number, percent, times } from "../../report/format.js";
import { type Figure, isMissing, type Unit } from "../claims/claim.js";
import type { Expectation, Tolerance } from "../claims/expectation.js";
import { acceptedInterval, reachesAcross, Verdict } from "../claims/verdict.js";
import type { ClaimResult, Origin } from "./results.js";

/** `5.42`, `85.8%`. */
export function valueText(value: number | null, unit: Unit): string {
  if (value === null) return number(null);
  if (unit === "share") return percent(value);
  return unit === "times" ? times(value) : number(value);
}

/** `5.42`, of a series `3.34 to 4.34`, or why there is none. */
export function figureText(figure: Figure, unit: Unit): string {
  if (isMissing(figure)) return `none (${figure.missing})`;
  if (typeof figure === "object") return figure.map((value) => valueText(value, unit)).join(" to ");
  return valueText(figure, unit);
}

/** All figures of a claim, and of several their median and the 95% interval; of one that it is one. */
export function measuredText({ figures, median, interval }: ClaimResult, unit: Unit): string {
  const all = figures.map((figure) => figureText(figure, unit)).join(", ");
  if (median === null) return all;
  if (figures.length === 1) return `${all} (one seed)`;
  const reach = interval === null ? "" : `, 95% interval ${figureText([...interval], unit)}`;
  return `${all} (median ${figureText(median, unit)}${reach})`;
}

/** The verdict; with it that the interval reaches across what decides, where it does. */
export function verdictText(result: ClaimResult): string {
  return result.verdict + doubtText(result);
}

/** What stands behind a verdict that other seeds might change; nothing behind others. */
export function doubtText({ figures, interval, published, tolerance }: ClaimResult): string {
  if (interval === null || !reachesAcross(interval, acceptedInterval(figures, published, tolerance))) return "";
  return " (the interval reaches across the edge of what is accepted: other seeds may decide otherwise)";
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
      return `within ${percent(value, value < 0.01 ? 1 : 0)} of it`;
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
  const kinds = [...Verdict.options, undefined];
  return kinds
    .map((kind) => ({ name: kind ?? "not yet measured", count: verdicts.filter((verdict) => verdict === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(", ");
}
