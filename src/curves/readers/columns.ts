import { InputError } from "../../base/errors.js";
import type { Log } from "./log.js";

/** What a column may hold that is looked for. */
export type Wanted = "step" | "loss" | "lr" | "tokens" | "params";

/** Columns by what they hold, where they are named by the user. */
export type ColumnChoice = Partial<Readonly<Record<Wanted, string>>>;

/** What columns are called, the first found wins. Case, and what is no letter or digit, does not count. */
const NAMES: Readonly<Record<Wanted, readonly string[]>> = {
  step: ["step", "steps", "globalstep", "trainglobalstep", "trainerglobalstep", "iteration", "iter", "it", "update"],
  loss: [
    ...["loss", "trainloss", "trainingloss", "testloss", "losstrain", "traincrossentropyloss", "crossentropyloss"],
    ...["valloss", "validationloss", "evalloss", "lossval", "losseval", "nll", "finalloss"],
  ],
  lr: ["lr", "learningrate", "trainlearningrate", "trainlr", "optimlearningrategroup0", "lrschedule", "eta"],
  tokens: [
    ...["tokens", "tokensseen", "numtokens", "ntokens", "totaltokens", "traintokens", "traintotaltokens"],
    ...["numinputtokensseen", "trainnuminputtokensseen", "throughputtotaltokens", "data", "d"],
  ],
  params: ["params", "parameters", "nparams", "numparams", "numparameters", "size", "modelsize", "n"],
};
const WORDS: Readonly<Record<Wanted, string>> = {
  step: "steps",
  loss: "the loss",
  lr: "learning rates",
  tokens: "tokens",
  params: "parameters",
};

/**
 * The column of a log that holds what is wanted: the one that was chosen, or that has one of its usual names, whole or after
 * the last slash. undefined if there is none.
 *
 * @throws InputError if a chosen one is not there
 */
export function findColumn({ name, columns }: Log, wanted: Wanted, choice: ColumnChoice): string | undefined {
  const chosen = choice[wanted];
  if (chosen !== undefined) {
    if (columns.includes(chosen)) return chosen;
    throw new InputError(`${name} has no column ${chosen}; it has ${listed(columns)}`);
  }
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  for (const usual of NAMES[wanted]) {
    const found =
      columns.find((column) => plain(column) === usual) ??
      columns.find((column) => column.includes("/") && plain(column.slice(column.lastIndexOf("/"))) === usual);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As `findColumn`. Throws InputError as well if there is none. */
export function requireColumn(log: Log, wanted: Wanted, choice: ColumnChoice): string {
  const found = findColumn(log, wanted, choice);
  if (found !== undefined) return found;
  throw new InputError(
    `${log.name} has no column that is known to hold ${WORDS[wanted]}; name it with --${wanted}, one of ${listed(log.columns)}`,
  );
}

function listed(columns: readonly string[]): string {
  const names = columns.map((column) => column || '""');
  return names.length <= 12 ? names.join(", ") : `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`;
}
