import { InputError } from "../../base/errors.js";
import { type LogReader, type LogRecord, logOf, textOf } from "./log.js";
import { parsePythonJson } from "./python-json.js";

/** A JSON object a line. */
export const jsonLines: LogReader = {
  name: "json-lines",
  about: "a JSON object a line",
  reads: ({ path }) => /\.(jsonl|ndjson)$/i.test(path),
  read(source) {
    const { path } = source;
    const records = textOf(source)
      .split("\n")
      .flatMap((line, i) => (line.trim() === "" ? [] : [recordOf(line, path, `line ${i + 1}`)]));
    if (records.length === 0) throw new InputError(`${path} has no records; it needs a JSON object a line`);
    return [logOf(path, records)];
  },
};

function recordOf(line: string, path: string, place: string): LogRecord {
  let value: unknown;
  try {
    value = parsePythonJson(line);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InputError(`${path} ${place} is no JSON object; mend or remove it`);
  return { place, values: valuesOf(value) };
}

/** The numbers and texts of an object by their names; those of objects in it as `train/loss`. */
export function valuesOf(object: object, prefix = ""): Map<string, number | string> {
  return new Map(
    Object.entries(object).flatMap(([name, value]): [string, number | string][] => {
      if (typeof value === "number" || typeof value === "string") return [[prefix + name, value]];
      if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
      return [...valuesOf(value, `${prefix}${name}/`)];
    }),
  );
}
