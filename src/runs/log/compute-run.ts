import { InputError } from "../../base/errors.js";
import { inBytes } from "../../base/words.js";
import type { Preparation } from "../../data/preparation.js";
import { makeFolder, writeFileAtomically } from "../../files/atomic-file.js";
import { lockFolder } from "../../files/folder-lock.js";
import { writeJson } from "../../files/json-file.js";
import { toCheckedLines, toCheckedTable } from "../../files/json-lines.js";
import { models } from "../../models/registry.js";
import { DEFAULT_MEMORY, type LearningProblem, type Resources } from "../../passes/problem.js";
import type { Config } from "../config/config.js";
import type { KindName, Runs } from "../kinds.js";
import { type BuiltProblem, buildProblem } from "../problem/build-problem.js";
import { locateFiles } from "../problem/locate-files.js";
import { dataSources } from "../problem/registry.js";
import { batchSize, factsOf, readFacts, refuseChangedData } from "./facts.js";
import { FACTS } from "./measured-on.js";
import { type Run, removeEmptyFolders } from "./run.js";
import { createRun, openRun, refuseExistingRun, resumeRun } from "./run-directory.js";

/** What computing a run may use, and whether it continues one. */
export interface ComputeRunOptions extends Resources, Preparation {
  /** Continue the run in this directory. */
  readonly resume?: boolean;
  /**
   * Aborting it ends the run at its next step; it can be resumed from what is finished. While the data are prepared it
   * ends that, and a run that would be new leaves no directory.
   */
  readonly signal?: AbortSignal;
}

/** Where each training example comes from; of every run, with the same bytes whenever it is computed again. */
export const examplesFile = "examples.jsonl";
const VOCABULARY = "vocabulary.json";

/**
 * Begins a run in a new directory, or continues the one that is there, and has `compute` finish it. A new run that fails
 * before anything is finished leaves no directory: with another configuration it can be started there at once. Meanwhile
 * the directory is locked: no other process computes in it.
 *
 * @throws InputError where another process computes in the directory, for data or a directory that cannot be used, and to continue with another configuration, other data
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
  refuseHugeData(config, options);
  const built = await buildProblem(config, options);
  const made = makeFolder(directory, `cannot create the run directory ${directory}`);
  try {
    return await whileLocked(directory, async () => {
      const run = createRun(directory, config, kind);
      try {
        writeDataFiles(run, built, options);
        return await compute(run, built);
      } catch (error) {
        if (run.finished === 0 && !options.signal?.aborted) run.remove();
        throw error;
      }
    });
  } finally {
    removeEmptyFolders(directory, made);
  }
};

const resume: typeof computeRun = async (kind, config, directory, options, compute) => {
  // Refuses what is no such run, before anything is written there.
  openRun(directory, kind);
  return whileLocked(directory, async () => {
    const run = resumeRun(directory, config, kind);
    const built = await buildProblem(locateFiles(config, directory), options);
    // A run that was killed while it was being made may lack some of its files.
    if (run.finished === 0) writeDataFiles(run, built, options);
    refuseOtherFacts(run, built.problem, options);
    return compute(run, built);
  });
};

/** Of data that fit, the model decides how much memory is needed, and how large it is follows from the data. */
function refuseHugeData({ model, data }: Config, { memory = DEFAULT_MEMORY }: Resources): void {
  const bytes = dataSources.get(models.get(model.kind).reads).bytes(data, model);
  if (bytes > memory)
    throw new InputError(
      `the examples alone take ${inBytes(bytes)}, and --memory allows ${inBytes(memory)}; lower data.examples, ` +
        "data.desiredExamples or the length of an example",
    );
}

/**
 * Computes in a run's directory while no other process can.
 *
 * @throws InputError if another process computes there, or the directory cannot be written
 */
export async function whileLocked<Result>(directory: string, compute: () => Promise<Result>): Promise<Result> {
  const lock = lockFolder(directory);
  try {
    return await compute();
  } finally {
    lock.release();
  }
}

function refuseOtherFacts(run: Run, problem: LearningProblem, resources: Resources): void {
  refuseChangedData(run, problem, "the run began", "or start a new run");
  const before = readFacts(run);
  const now = { device: resources.device ?? "cpu", batchSize: batchSize(problem, resources) };
  // Both change the order of sums: the run would not end as if it had never stopped.
  if (before.device !== now.device || before.batchSize !== now.batchSize)
    throw new InputError(
      `${run.directory} was begun on device ${before.device} in batches of ${before.batchSize}, and these settings give ` +
        `${now.device} and ${now.batchSize}; continue it with the --device and --memory that it was begun with`,
    );
}

function writeDataFiles(run: Run, { problem, origins, tokenizer }: BuiltProblem, resources: Resources): void {
  writeFileAtomically(run.path(examplesFile), toCheckedTable(origins.map((origin, id) => ({ id, ...origin }))));
  if (tokenizer) writeFileAtomically(run.path(VOCABULARY), toCheckedLines([tokenizer]));
  writeJson(run.path(FACTS), factsOf(problem, resources));
}
