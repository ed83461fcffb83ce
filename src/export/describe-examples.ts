import { InputError } from "../base/errors.js";
import { predictions } from "../data/examples.js";
import type { Preparation } from "../data/preparation.js";
import { type Carry, refuseOwnNames, requiredColumns } from "../data/readers/carried-columns.js";
import { loadTokenizer } from "../data/tokenizers/tokenizer.js";
import { Engine } from "../passes/engine.js";
import type { Resources } from "../passes/problem.js";
import type { Config } from "../runs/config/config.js";
import { readFacts } from "../runs/log/facts.js";
import { readConfig } from "../runs/log/read-config.js";
import type { Run } from "../runs/log/run.js";
import { openRun, runKind } from "../runs/log/run-directory.js";
import type { BuiltProblem } from "../runs/problem/build-problem.js";
import { locateFiles } from "../runs/problem/locate-files.js";
import { type OriginRow, originRows } from "../runs/problem/origin-rows.js";
import { rebuildProblem } from "../runs/problem/rebuild-problem.js";
import { textOf } from "../runs/problem/text-models.js";
import { spreadSteps } from "../runs/selection/checkpoint-directions.js";
import { type ExampleScores, exampleScores } from "../runs/selection/example-scores.js";
import { TrainingRun } from "../runs/training/training-kind.js";
import { type ExampleWeight, WEIGHT_COLUMNS } from "./export-weights.js";

/** What examples are described with. */
export interface DescribeOptions extends Omit<Resources, "dtype">, Preparation {
  /** Columns of the corpus that go along. */
  readonly carry: Carry;
  /** How many of a training's checkpoints scores are of; without it, all up to `MOST_CHECKPOINTS`. */
  readonly checkpoints?: number;
  /** Told how much of a phase is done, from 0 to 1; what it throws ends the work. */
  readonly onProgress?: (phase: "scoring" | "reading", fraction: number) => void;
}

/** What is known of a training example beside the weight that the run gave it. */
export interface DescribedExample extends ExampleWeight, Partial<OriginRow> {
  /** That it predicts. */
  readonly tokens?: number;
  readonly score?: number;
  readonly loss?: number;
  readonly lossDrop?: number;
}

/** Examples described as far as can be. */
export interface Described {
  readonly examples: readonly DescribedExample[];
  /** The steps of the checkpoints that the scores are of. */
  readonly checkpoints: readonly number[];
  /** Why columns are absent, by their names. */
  readonly absent: Readonly<Record<string, string>>;
}

/** Checkpoints that scores are of where no number is asked for: each costs about as much as learning from every example. */
export const MOST_CHECKPOINTS = 10;

/**
 * Adds what the run's models and its corpus say of every example: score and losses (`exampleScores`), tokens, the part of the
 * document's text, and columns of the corpus. What cannot be known, for the run has no model or its data are gone or others
 * now, is absent with the reason.
 *
 * @throws InputError for a damaged run, and where a column is asked for that there is not
 */
export async function describeExamples(
  directory: string,
  weights: readonly ExampleWeight[],
  options: DescribeOptions,
): Promise<Described> {
  refuseOwnNames(options.carry, WEIGHT_COLUMNS);
  const run = openRun(directory, runKind(directory));
  const config = readConfig(run);
  const built = await builtAgain(run, config, options);
  const absent: Record<string, string> = {};
  const leaveOut = (reason: string, ...columns: string[]) => {
    for (const column of columns) absent[column] = reason;
  };
  if (weights[0].belief === undefined) leaveOut(noBelief(config), "belief");

  const asked = requiredColumns(options.carry);
  if (built instanceof InputError) {
    if (asked.length > 0) throw built;
    leaveOut(built.message, "tokens", "start", "end", "score", "loss", "lossDrop");
    return { examples: weights, checkpoints: [], absent };
  }

  let scores: Partial<ExampleScores> = {};
  let checkpoints: number[] = [];
  if (run instanceof TrainingRun) {
    const kept = run.checkpointSteps().length;
    checkpoints = spreadSteps(run, options.checkpoints ?? Math.min(kept, MOST_CHECKPOINTS));
    const engine = new Engine(built.problem, options);
    const onProgress = (fraction: number) => options.onProgress?.("scoring", fraction);
    try {
      scores = await exampleScores(run, config, built.problem, checkpoints, engine, onProgress);
    } finally {
      await engine.release();
    }
    if (scores.lossDrop === undefined) leaveOut("the run keeps one checkpoint alone", "lossDrop");
  } else leaveOut("a search keeps no model; train --policy RUN makes one", "score", "loss", "lossDrop");

  const text = textOf(locateFiles(config, run.directory));
  let rows: OriginRow[] | undefined;
  if (text !== undefined) {
    const onProgress = (fraction: number) => options.onProgress?.("reading", fraction);
    const tokenizer = loadTokenizer(built.tokenizer!);
    rows = await originRows(text, built.origins, tokenizer, options.carry, onProgress, options.signal);
  } else if (asked.length > 0)
    throw new InputError(`${directory} has no column ${asked[0]}: its examples are drawn, not read`);
  else leaveOut("the examples are drawn, not read", "start", "end");

  const tokens = predictions(built.problem.train);
  const examples = weights.map((example, n): DescribedExample => {
    const { score, loss, lossDrop } = scores;
    return {
      ...{ ...example, tokens: tokens[n], ...rows?.[n] },
      ...{ score: score?.[n], loss: loss?.[n], lossDrop: lossDrop?.[n] },
    };
  });
  return { examples, checkpoints, absent };
}

/** The run's problem, or why there is none any more. Throws InputError where it is the run that is damaged. */
async function builtAgain(run: Run, config: Config, options: DescribeOptions): Promise<BuiltProblem | InputError> {
  readFacts(run);
  try {
    return await rebuildProblem(run, config, options, "the run began", "to have all columns");
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function noBelief({ training }: Config): string {
  if (training === undefined) return "a search has weights for every step, and no belief beside them";
  return `the policy ${training.policy.name} keeps none`;
}
