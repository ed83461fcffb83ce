import { InputError } from "../../base/errors.js";
import { writeFileAtomically } from "../../files/atomic-file.js";
import type { Resources } from "../../passes/problem.js";
import type { Config } from "../config/config.js";
import { type BuiltProblem, buildProblem } from "../problem/build-problem.js";
import { FACTS, Facts, factsOf } from "./facts.js";
import { createRun, type Run, type RunConfig, type RunKind, refuseExistingRun, resumeRun } from "./run-directory.js";

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
export async function computeRun<Result>(
  kind: RunKind,
  config: Config,
  directory: string,
  options: ComputeRunOptions,
  compute: (run: Run, built: BuiltProblem) => Promise<Result>,
): Promise<Result> {
  const computeIn = options.resume ? resume : start;
  return computeIn(kind, config, directory, options, compute);
}

const start: typeof computeRun = async (kind, config, directory, options, compute) => {
  // Before the data are read, which may take long.
  refuseExistingRun(directory);
  const built = await buildProblem(config);
  const run = createRun(directory, config as unknown as RunConfig, kind);
  try {
    writeDataFiles(run, built, options);
    return await compute(run, built);
  } catch (error) {
    if (run.finished === 0 && !options.signal?.aborted) run.remove();
    throw error;
  }
};

const resume: typeof computeRun = async (kind, config, directory, options, compute) => {
  const run = resumeRun(directory, config as unknown as RunConfig, kind);
  const built = await buildProblem(config);
  // A run that was killed while it was being made may lack some of its files.
  if (run.finished === 0) writeDataFiles(run, built, options);
  const before = run.read(FACTS, Facts);
  const now = factsOf(built.problem, options);
  if (before.sha256 !== now.sha256)
    throw new InputError(`the data of ${directory} has changed since the run began; restore it or start a new run`);
  // Both change the order of sums: the run would not end as if it had never stopped.
  if (before.device !== now.device || before.batchSize !== now.batchSize)
    throw new InputError(
      `${directory} was begun on device ${before.device} in batches of ${before.batchSize}, and these settings give ` +
        `${now.device} and ${now.batchSize}; continue it with the --device and --memory that it was begun with`,
    );
  return compute(run, built);
};

function writeDataFiles(run: Run, { problem, origins, tokenizer }: BuiltProblem, resources: Resources): void {
  const examples = origins.map((origin, id) => `${JSON.stringify({ id, ...origin })}\n`);
  writeFileAtomically(run.path(examplesFile), examples.join(""));
  if (tokenizer) writeFileAtomically(run.path(VOCABULARY), `${JSON.stringify(tokenizer)}\n`);
  writeFileAtomically(run.path(FACTS), `${JSON.stringify(factsOf(problem, resources), null, 2)}\n`);
}
