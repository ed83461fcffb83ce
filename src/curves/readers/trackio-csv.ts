import { readTable } from "./csv.js";
import { type LogReader, logOf, textOf } from "./log.js";

/** By which the lines of a run are told, and what its name is. */
const KEY = "series_key";
const NAME = "run";

/** The CSV that a plot of trackio's dashboard exports: the records of all runs below one another. Every run is a log. */
export const trackioCsv: LogReader = {
  name: "trackio-csv",
  about: "what a plot of trackio exports, every run a curve",
  reads: (source) => /\.csv$/i.test(source.path) && /\bseries_key\b/.test(textOf(source).split("\n", 1)[0]),
  read(source) {
    const { records } = readTable(source);
    const keys = [...new Set(records.map(({ values }) => values.get(KEY)))];
    return keys.map((key) => {
      const own = records.filter(({ values }) => values.get(KEY) === key);
      const name = own[0].values.get(NAME) ?? key;
      return logOf(keys.length === 1 ? source.path : `${source.path}: ${name}`, own);
    });
  },
};
