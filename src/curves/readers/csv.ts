import { dsvFormat } from "d3-dsv";
import { InputError } from "../../base/errors.js";
import { type Log, type LogReader, type LogRecord, logOf, type Source, textOf } from "./log.js";

/** What may stand between columns. */
const DELIMITERS = [",", "\t", ";"];

/** A table with the names of its columns in the first line, as most tools export it. */
export const csv: LogReader = {
  name: "csv",
  about: "tables with a header, separated by commas, tabs or semicolons",
  reads: ({ path }) => /\.(csv|tsv|txt)$/i.test(path),
  read: (source) => [readTable(source)],
};

/** The table of a file. Throws InputError if it has no records, or one with another number of values than the header. */
export function readTable(source: Source): Log {
  const { path } = source;
  const text = textOf(source);
  const [firstLine = ""] = text.split(/\r?\n/, 1);
  const delimiter = DELIMITERS.toSorted((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0];
  const [header = [], ...rows] = dsvFormat(delimiter).parseRows(text);
  const names = header.map((name) => name.trim());
  const twice = names.find((name, i) => name !== "" && names.indexOf(name) < i);
  if (twice !== undefined) throw new InputError(`${path} has two columns ${twice}; name one otherwise`);
  const records = rows.flatMap((row, i): LogRecord[] => {
    const place = `line ${i + 2}`;
    if (row.length === 1 && row[0].trim() === "") return [];
    if (row.length !== names.length)
      throw new InputError(
        `${path} ${place} has ${row.length} values where the header names ${names.length} columns; mend or remove it`,
      );
    const pairs = row.flatMap((text, j) => (text.trim() === "" ? [] : [[names[j], cellValue(text.trim())] as const]));
    return [{ place, values: new Map(pairs) }];
  });
  if (records.length === 0)
    throw new InputError(`${path} has no records; a table has a line of names and then a line for every step`);
  return { ...logOf(path, records), columns: names };
}

/** A number where the text is one. */
function cellValue(text: string): number | string {
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}
