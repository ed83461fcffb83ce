import { createHash } from "node:crypto";
import { z } from "zod";
import type { LearningProblem, Resources } from "../../passes/problem.js";
import { batchSize } from "../../search/learning-process.js";

/** What a run's numbers depend on beside its configuration. */
export const FACTS = "facts.json";

export const Facts = z.object({
  parameters: z.int(),
  outcomes: z.int(),
  device: z.string(),
  batchSize: z.int(),
  /** Of the data and the initial parameters. */
  sha256: z.string(),
});

export function factsOf(problem: LearningProblem, resources: Resources): z.infer<typeof Facts> {
  const { model, train, desired, validation, test, start } = problem;
  const hash = createHash("sha256").update(bytesOf(start));
  for (const { fields } of [train, desired, validation, test])
    for (const name of Object.keys(model.fields)) hash.update(bytesOf(fields[name].data));
  return {
    parameters: start.length,
    outcomes: model.outcomes,
    device: resources.device ?? "cpu",
    batchSize: batchSize(problem, resources),
    sha256: hash.digest("hex"),
  };
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
