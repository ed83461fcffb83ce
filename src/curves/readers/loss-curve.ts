import { InputError } from "../../base/errors.js";
import type { CurvePoint } from "../interpolate-curve.js";
import { type ColumnChoice, findColumn, requireColumn } from "./columns.js";
import type { Log, LogRecord } from "./log.js";

/** A loss curve of a log. */
export interface LossCurve {
  readonly name: string;
  /** Losses in nats, in order of their steps. */
  readonly points: readonly LoggedPoint[];
  /** The learning rate where it was logged, in order of steps; empty if it was not. */
  readonly rates: readonly { readonly step: number; readonly rate: number }[];
}

/** A loss, with the tokens learned from by then where they were logged. */
export interface LoggedPoint extends CurvePoint {
  readonly tokens?: number;
}

/** Which columns hold what, and what is done with disorder. */
export interface CurveChoice extends ColumnChoice {
  /** Puts records in order of their steps; of a step that comes again the last record counts. Without, they are refused. */
  readonly sort?: boolean;
  /** A log of learning rates alone will do. */
  readonly withoutLoss?: boolean;
  /** Learning rates are needed. */
  readonly rates?: boolean;
}

/**
 * The loss curve of a log. Records that have no loss are left out, as where losses and learning rates were logged apart.
 *
 * @throws InputError if a column is missing, a value is no number or not finite, a loss is not above 0, a step is no whole
 *   number, or steps do not rise and are not to be sorted
 */
export function lossCurve(log: Log, choice: CurveChoice = {}): LossCurve {
  const step = requireColumn(log, "step", choice);
  const lr = (choice.rates ? requireColumn : findColumn)(log, "lr", choice);
  const loss = (choice.withoutLoss ? findColumn : requireColumn)(log, "loss", choice);
  const tokens = findColumn(log, "tokens", choice);
  const having = (column: string) => log.records.filter(({ values }) => values.has(column));
  const points = (loss === undefined ? [] : having(loss)).map((record) => ({
    place: record.place,
    step: stepAt(log, record, step),
    loss: lossAt(log, record, loss!),
    ...(tokens !== undefined && record.values.has(tokens) ? { tokens: numberAt(log, record, tokens) } : {}),
  }));
  const rates =
    lr === undefined
      ? []
      : having(lr).map((record) => ({
          place: record.place,
          step: stepAt(log, record, step),
          rate: numberAt(log, record, lr),
        }));
  if (points.length === 0 && loss !== undefined)
    throw new InputError(`${log.name} has no values in its column ${loss}; name another with --loss`);
  return {
    name: log.name,
    points: ordered(log, points, choice.sort).map(({ place, ...point }) => point),
    rates: ordered(log, rates, choice.sort).map(({ place, ...point }) => point),
  };
}

function numberAt({ name }: Log, { place, values }: LogRecord, column: string): number {
  const value = values.get(column);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const given = value === undefined ? "nothing" : value;
  throw new InputError(
    `${name} ${place} has ${given} as ${column}; it must be a finite number: remove the record, or cut the log before it`,
  );
}

function stepAt(log: Log, record: LogRecord, column: string): number {
  const step = numberAt(log, record, column);
  if (Number.isInteger(step) && step >= 0) return step;
  throw new InputError(`${log.name} ${record.place} has ${step} as ${column}; a step is a whole number from 0`);
}

function lossAt(log: Log, record: LogRecord, column: string): number {
  const loss = numberAt(log, record, column);
  if (loss > 0) return loss;
  throw new InputError(`${log.name} ${record.place} has ${loss} as ${column}; a loss must be above 0`);
}

/** Records in order of their steps. */
function ordered<Point extends { readonly step: number; readonly place: string }>(
  { name }: Log,
  points: readonly Point[],
  sort = false,
): readonly Point[] {
  if (sort)
    return [...new Map(points.map((point) => [point.step, point])).values()].toSorted((a, b) => a.step - b.step);
  const wrong = points.findIndex(({ step }, i) => i > 0 && step <= points[i - 1].step);
  if (wrong < 0) return points;
  const [before, after] = [points[wrong - 1], points[wrong]];
  const what = before.step === after.step ? `step ${after.step} again` : `step ${after.step} after step ${before.step}`;
  throw new InputError(
    `${name} ${after.place} has ${what}; --sort puts steps in order, and of one that comes again takes the last`,
  );
}
