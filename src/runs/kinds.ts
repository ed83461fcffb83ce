import type { RunKind } from "./log/run.js";
import { type SearchRun, searchKind } from "./search/search-kind.js";
import { type TrainingRun, trainingKind } from "./training/training-kind.js";

/** The kinds of run that there are, each with what its directory is opened as. */
export interface Runs {
  readonly search: SearchRun;
  readonly training: TrainingRun;
}

export type KindName = keyof Runs;

export const kinds: { readonly [Name in KindName]: RunKind<object, Runs[Name]> } = {
  search: searchKind,
  training: trainingKind,
};
