import { readTable } from "./csv.js";
import { type Log, type LogReader, logOf, textOf } from "./log.js";

/** Beside each value of a panel Weights & Biases writes the least and the greatest of the steps that it drew as one. */
const BOUND = /__(MIN|MAX)$/;
/** A column of a run: its name, and that of what was logged. */
const OF_RUN = /^(.+) - (.+)$/;

/**
 * The CSV that a panel of Weights & Biases exports: a column of the steps, and for every run `RUN - METRIC`,
 * `RUN - METRIC__MIN` and `RUN - METRIC__MAX`. Every run is a log; the bounds are left out.
 */
export const wandbCsv: LogReader = {
  name: "wandb-csv",
  about: "what a panel of Weights & Biases exports, every run a curve",
  reads: (source) => /\.csv$/i.test(source.path) && /__(MIN|MAX)"?(,|\r?$)/.test(textOf(source).split("\n", 1)[0]),
  read(source) {
    const table = readTable(source);
    const columns = table.columns.filter((name) => !BOUND.test(name));
    const shared = columns.filter((name) => !OF_RUN.test(name));
    const runs = [...new Set(columns.flatMap((name) => OF_RUN.exec(name)?.[1] ?? []))];
    const logs = runs.map((run): Log => {
      const names = new Map(
        columns.flatMap((name) => {
          const [, of, metric] = OF_RUN.exec(name) ?? [];
          return of === run ? [[name, metric] as const] : [];
        }),
      );
      const records = table.records.flatMap(({ place, values }) => {
        const own = [...values].flatMap(([name, value]) =>
          names.has(name) ? [[names.get(name)!, value] as const] : [],
        );
        const others = shared.flatMap((name) => (values.has(name) ? [[name, values.get(name)!] as const] : []));
        return own.length === 0 ? [] : [{ place, values: new Map([...others, ...own]) }];
      });
      return logOf(runs.length === 1 ? source.path : `${source.path}: ${run}`, records);
    });
    return logs.length === 0 ? [table] : logs;
  },
};
