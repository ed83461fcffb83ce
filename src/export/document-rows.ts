import type { DescribedExample } from "./describe-examples.js";

/**
 * A row for each document, in the order of the files and their rows: the sum of its windows' weights, and the means of their
 * beliefs, scores and losses, weighted by the tokens that each predicts, as `select` scores documents.
 *
 * @param carried names of the columns of the corpus that go along
 */
export function documentRows(examples: readonly DescribedExample[], carried: readonly string[]): object[] {
  const windowsOf = new Map<string, DescribedExample[]>();
  for (const example of examples) {
    const windows = windowsOf.get(example.document);
    if (windows === undefined) windowsOf.set(example.document, [example]);
    else windows.push(example);
  }
  return [...windowsOf.values()]
    .sort(([a], [b]) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.row - b.row))
    .map((windows) => documentRow(windows, carried));
}

function documentRow(windows: readonly DescribedExample[], carried: readonly string[]): object {
  const [{ document, file, row, values }] = windows;
  const weights = windows.flatMap(({ weight }) => weight ?? []);
  const steps = (which: "firstStep" | "lastStep") => windows.flatMap((window) => window[which] ?? []);
  return {
    ...{ document, file, row, ...Object.fromEntries(carried.map((name) => [name, values?.[name] ?? null])) },
    windows: windows.length,
    ...sumOfTokens(windows),
    // Of a training, null where none of them was drawn.
    weight: weights.length === 0 ? null : weights.reduce((sum, weight) => sum + weight, 0),
    ...means(windows),
    firstStep: steps("firstStep").reduce<number | null>((least, step) => Math.min(least ?? step, step), null),
    lastStep: steps("lastStep").reduce<number | null>((most, step) => Math.max(most ?? step, step), null),
    perturbed: windows.some(({ perturbed }) => perturbed),
  };
}

function sumOfTokens(windows: readonly DescribedExample[]): { tokens?: number } {
  if (windows[0].tokens === undefined) return {};
  return { tokens: windows.reduce((sum, { tokens }) => sum + tokens!, 0) };
}

/** The columns that are means, those of them that the windows have; none where their tokens are not known. */
function means(windows: readonly DescribedExample[]): Record<string, number> {
  const { tokens } = sumOfTokens(windows);
  if (tokens === undefined) return {};
  const columns = (["belief", "score", "loss", "lossDrop"] as const).filter((name) => windows[0][name] !== undefined);
  const mean = (name: (typeof columns)[number]) =>
    windows.reduce((sum, window) => sum + window[name]! * window.tokens!, 0) / tokens;
  return Object.fromEntries(columns.map((name) => [name, mean(name)]));
}
