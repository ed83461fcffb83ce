import { z } from "zod";
import type { Evaluation } from "../../training/evaluator.js";
import { Run, type RunKind } from "../log/run.js";

/*
 * What the directory of a training holds beside what every run has:
 *
 *   curve.jsonl                                one line for every evaluation
 *   checkpoints/step-000100.safetensors        the model after a step, of all checkpoints
 *   checkpoints/step-000100.state.safetensors  what else going on needs, of the newest
 *
 * A checkpoint follows the lines of its steps.
 */

const EvaluationLine: z.ZodType<Evaluation> = z.object({
  step: z.int().min(0),
  tokens: z.number(),
  work: z.number(),
  validationLoss: z.number(),
  testLoss: z.number(),
  learningRate: z.number(),
});

/** A training as a kind of run. */
export const trainingKind: RunKind<Evaluation, TrainingRun> = {
  name: "training",
  lines: "curve.jsonl",
  line: EvaluationLine,
  folder: "checkpoints",
  state: { finished: "step", bytes: "curveBytes" },
  open: (parts) => new TrainingRun(trainingKind, parts),
};

const MODEL = /^step-(\d+)\.safetensors$/;

/** The directory of a training. */
export class TrainingRun extends Run<Evaluation> {
  /** Where the model after `step` steps is, or belongs, and what else going on from there needs. */
  checkpointPaths(step: number): { readonly model: string; readonly state: string } {
    const path = this.keptPath(`step-${String(step).padStart(6, "0")}`);
    return { model: `${path}.safetensors`, state: `${path}.state.safetensors` };
  }

  /** The steps after which the model is kept, in order; the last is `finished`. */
  checkpointSteps(): number[] {
    return this.keptNumbers(MODEL).filter((step) => step <= this.finished);
  }

  /**
   * Keeps the checkpoint after `step` steps, and the models of those that were due before it, every `every` steps. Removes
   * the others, which an interrupted process wrote besides, and what a killed one left of one that it was writing.
   */
  keepCheckpoint(step: number, every: number): void {
    const due = this.keptNumbers(MODEL).filter((other) => other < step && other % every === 0);
    const models = due.map((other) => this.checkpointPaths(other).model);
    this.keepOnly([...models, ...Object.values(this.checkpointPaths(step))]);
  }
}
