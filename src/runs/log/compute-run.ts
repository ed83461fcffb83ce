import { InputError } from "../../base/errors.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import { writeJson } from "../../files/json-file.js";
import { toJsonLines } from "../../files/json-lines.js";
import type { Resources } from "../../passes/problem.js";
import type { Config } from "../config/config.js";
import type { KindName, Runs } from "../kinds.js";
import { type BuiltProblem, buildProblem } from "../problem/build-problem.js";
import { FACTS, factsOf, readFacts, refuseChangedData } from "./facts.js";
import type { Run } from "./run.js";
import { createRun, refuseExistingRun, resumeRun } from "./run-directory.js";

/** What computing a run may use, and whether it continues one. */
export interface ComputeRunOptions extends Resources {
  /** Continue the run in this directory. */
  readonly resume?: boolean;
  /** Aborting it ends the run at its next step; it can be resumed from what is finished. */
  readonly signal?: AbortSignal;
}

/** Where each training example comes from; of every run, with the same bytes whenever it is computed again. */
export const examplesFile = "examples.jsonl";
const VOCABULARY = "vocabulary.json";

/**
 * Begins a run in a new directory, or continues the one that is there, and has `compute` finish it. A new run that fails
 * before anything is finished leaves no directory: with another configuration it can be started there at once.
 *
 * @throws InputError for data or a directory that cannot be used, and to continue with another configuration, other data
 *   or other resources than the run began with, as it would not end as if it had never stopped
 */
export async function computeRun<Name extends KindName, Result>(
  kind: Name,
  config: Config,
  directory: string,
  options: ComputeRunOptions,
  compute: (run: Runs[Name], built: BuiltProblem) => Promise<Result>,
): Promise<Result> {
  const computeIn = options.resume ? resume : start;
  return computeIn(kind, config, directory, options, compute);
}

const start: typeof computeRun = async (kind, config, directory, options, compute) => {
  // Before the data are read, which may take long.
  refuseExistingRun(directory);
  const built = await buildProblem(config);
  const run = createRun(directory, config, kind);
  try {
    writeDataFiles(run, built, options);
    return await compute(run, built);
  } catch (error) {
    if (run.finished === 0 && !options.signal?.aborted) run.remove();
    throw error;
  }
};

const resume: typeof computeRun = async (kind, config, directory, options, compute) => {
  const run = resumeRun(directory, config, kind);
  const built = await buildProblem(config);
  // A run that was killed while it was being made may lack some of its files.
  if (run.finished === 0) writeDataFiles(run, built, options);
  const now = factsOf(built.problem, options);
  refuseChangedData(run, now, "the run began", "or start a new run");
  const before = readFacts(run);
  // Both change the order of sums: the run would not end as if it had never stopped.
  if (before.device !== now.device || before.batchSize !== now.batchSize)
    throw new InputError(
      `${directory} was begun on device ${before.device} in batches of ${before.batchSize}, and these settings give ` +
        `${now.device} and ${now.batchSize}; continue it with the --device and --memory that it was begun with`,
    );
  return compute(run, built);
};

function writeDataFiles(run: Run, { problem, origins, tokenizer }: BuiltProblem, resources: Resources): void {
  writeFileAtomically(run.path(examplesFile), toJsonLines(origins.map((origin, id) => ({ id, ...origin }))));
  if (tokenizer) writeFileAtomically(run.path(VOCABULARY), `${JSON.stringify(tokenizer)}\n`);
  writeJson(run.path(FACTS), factsOf(problem, resources));
}
