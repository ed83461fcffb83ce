import type { Experiment } from "../experiment.js";
import type { Reproduced } from "../reproduce.js";
import { countsText, expectedText, measuredText, verdictText } from "./wording.js";

/** What was measured beside what was published, claim by claim, and where to read on. */
export function printedLines({ claims }: Experiment, { claims: results, reports, page }: Reproduced): string[] {
  const judged = results.flatMap((result, i) => {
    const { says, unit, source } = claims[i];
    return [
      says,
      `  measured   ${measuredText(result, unit)}`,
      `  published  ${expectedText(result.published, result.tolerance, unit)} (${source})`,
      `  verdict    ${verdictText(result)}`,
    ];
  });
  const report = reports.at(-1);
  return [
    ...judged,
    `Of ${results.length} claims: ${countsText(results.map(({ verdict }) => verdict))}`,
    ...(report === undefined ? [] : [`The report is ${report}`]),
    `The page is ${page}`,
  ];
}

/** The same as one plain object, with what every run found. */
export function jsonOf(reproduced: Reproduced): unknown {
  const plain = (_: string, value: unknown) => (value instanceof Float64Array ? [...value] : value);
  return JSON.parse(JSON.stringify(reproduced, plain));
}
