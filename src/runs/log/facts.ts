import { createHash } from "node:crypto";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { predictionsOf } from "../../models/model.js";
import { Engine } from "../../passes/engine.js";
import { Passes } from "../../passes/passes.js";
import type { LearningProblem, Resources } from "../../passes/problem.js";
import { FACTS, MeasuredOn } from "./measured-on.js";
import type { Run } from "./run.js";

/** What a run was begun with, beside its configuration. */
export type Facts = Readonly<z.infer<typeof Facts>>;
const Facts = z.object({
  parameters: z.int(),
  outcomes: z.int(),
  device: z.string(),
  batchSize: z.int(),
  /** Of the data and the initial parameters. */
  sha256: z.string(),
  /** Runs of earlier versions do not say. */
  measuredOn: MeasuredOn.optional(),
});

/** What the test losses of this problem depend on. */
export function measuredOn({ model, test }: LearningProblem): MeasuredOn {
  const hash = createHash("sha256");
  for (const name of Object.keys(model.fields)) hash.update(bytesOf(test.fields[name].data));
  return { outcomes: model.outcomes, length: predictionsOf(model), testSha256: hash.digest("hex") };
}

/** What computing with these resources would depend on. */
export function factsOf(problem: LearningProblem, resources: Resources): Facts {
  const { model, start } = problem;
  return {
    parameters: start.length,
    outcomes: model.outcomes,
    device: resources.device ?? "cpu",
    batchSize: batchSize(problem, resources),
    sha256: dataDigest(problem),
    measuredOn: measuredOn(problem),
  };
}

/** What the run was begun with. Throws InputError if it is damaged. */
export function readFacts(run: Run): Facts {
  return run.read(FACTS, Facts);
}

/**
 * @param since when the data were last the run's: "the search"
 * @param restored what they should be restored for: "to evaluate the run"
 * @throws InputError if the data are not those of the run
 */
export function refuseChangedData(run: Run, problem: LearningProblem, since: string, restored: string): void {
  if (readFacts(run).sha256 !== dataDigest(problem))
    throw new InputError(`the data of ${run.directory} has changed since ${since}; restore it ${restored}`);
}

/** Of the data and the initial parameters. */
function dataDigest({ model, train, desired, validation, test, start }: LearningProblem): string {
  const hash = createHash("sha256").update(bytesOf(start));
  for (const { fields } of [train, desired, validation, test])
    for (const name of Object.keys(model.fields)) hash.update(bytesOf(fields[name].data));
  return hash.digest("hex");
}

/**
 * Training examples in a batch, as an engine with these resources will choose it. It decides the order of sums: two
 * processes agree to the last bit where it is the same.
 */
export function batchSize(problem: LearningProblem, resources: Resources): number {
  return new Passes(new Engine(problem, resources), problem.train).batchSize;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
