import type { RunKind } from "./log/run.js";
import { type SearchRun, searchKind } from "./search/search-kind.js";
import { type TrainingRun, trainingKind } from "./training/training-kind.js";

/** The kinds of run that there are, each with what its directory is opened as. */
export interface Runs {
  readonly search: SearchRun;
  readonly training: TrainingRun;
}

/** As callers and versions.json name a kind of run. */
export type KindName = keyof Runs;

/** All kinds of run, by their names. A new one is a file like those of these two, and a line here and above. */
export const kinds: { readonly [Name in KindName]: RunKind<object, Runs[Name]> } = {
  search: searchKind,
  training: trainingKind,
};
