import { parseDocument } from "yaml";

/**
 * The plain value that a YAML text stands for, or in one line what is wrong with it: that it is no YAML, has a tag that YAML
 * does not know, or an alias that stands within what it repeats, whose value would have no end.
 */
export function parseYaml(text: string): { readonly value?: unknown; readonly wrong?: string } {
  try {
    const document = parseDocument(text);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) return { wrong: problem.message.split("\n")[0].replace(/:$/, "") };
    const value = document.toJS();
    return holdsItself(value) ? { wrong: "an alias (*) stands within the part that it repeats" } : { value };
  } catch (error) {
    return { wrong: (error as Error).message.split("\n")[0] };
  }
}

function holdsItself(value: unknown, around: readonly unknown[] = []): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (around.includes(value)) return true;
  return Object.values(value).some((part) => holdsItself(part, [...around, value]));
}
