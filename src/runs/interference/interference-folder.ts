import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { makeFolder, removeTemporary } from "../../files/atomic-file.js";
import { damaged, readJson, writeJson } from "../../files/json-file.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../files/safetensors.js";
import type { InterferenceSample, SampleLosses } from "../../measures/interference/interference-meter.js";
import type { StepInterference } from "../../measures/interference/measure-interference.js";
import type { Model } from "../../models/model.js";
import type { TrainingState } from "../../training/training.js";
import type { Config } from "../config/config.js";
import { loadCheckpoint, saveCheckpoint } from "../training/checkpoint.js";
import type { TrainingRun } from "../training/training-kind.js";

/*
 * What `interference` writes into the directory of a training:
 *
 *   interference/sample.json                         of how many examples and tokens it is
 *   interference/step-000100.json                    what was measured about a step
 *   interference/step-000100.losses.safetensors      its tokens' losses, until those of twice the step are there
 *   interference/learning-000100.safetensors         where the learning that is measured stands, as a checkpoint of
 *   interference/learning-000100.state.safetensors   a training has it
 */

const maybe = z.number().nullable();
const Changes = z.object({ interference: maybe, magnitude: z.number(), mean: z.number() });
const BothChanges = z.object({ train: Changes, unseen: Changes });

const Measured: z.ZodType<StepInterference> = z.object({
  step: z.int().min(0),
  loss: z.object({ train: z.number(), unseen: z.number() }),
  next: BothChanges,
  doubled: BothChanges.nullable(),
  gradients: z
    .object({
      ...{ tokens: z.int(), alongTokens: maybe, alongParameters: maybe, ofTokenSums: maybe, ofParameterSums: maybe },
      ...{ opposition: maybe, layers: z.array(z.object({ name: z.string(), opposition: maybe })) },
    })
    .nullable(),
});

const Sample: z.ZodType<InterferenceSample> = z.object({ examples: z.int(), tokens: z.int(), seed: z.int() });

const SAMPLE = "sample.json";
const LEARNING = /^learning-(\d+)\.state\.safetensors$/;
const numbered = (step: number) => String(step).padStart(6, "0");

/** The measurements of interference in a training's directory, for the one process that holds its lock. */
export class InterferenceFolder {
  private readonly path: string;

  /** @throws InputError if there are measurements of another sample */
  constructor(
    run: TrainingRun,
    private readonly sample: InterferenceSample,
    private readonly model: Model,
    private readonly config: Config,
  ) {
    this.path = run.path("interference");
    if (!existsSync(this.file(SAMPLE))) return;
    const { examples, tokens } = readJson(this.file(SAMPLE), Sample);
    if (examples !== sample.examples || tokens !== sample.tokens)
      throw new InputError(
        `${this.path} holds measurements with --examples ${examples} --tokens ${tokens}; give these, or remove the folder`,
      );
  }

  /** Makes the folder where it is not there. Throws InputError if it cannot be written. */
  begin(): void {
    makeFolder(this.path, `cannot write ${this.path}`);
    removeTemporary(this.path);
    writeJson(this.file(SAMPLE), this.sample);
  }

  /** What was measured about a step, with its tokens' losses where they are kept; undefined of others. */
  known(step: number): { measured: StepInterference; losses?: SampleLosses } | undefined {
    const path = this.file(`step-${numbered(step)}.json`);
    if (!existsSync(path)) return undefined;
    const losses = this.losses(step);
    return { measured: readJson(path, Measured), ...(existsSync(losses) ? { losses: readLosses(losses) } : {}) };
  }

  /** Keeps what was measured, and its losses while they are given. */
  keep(measured: StepInterference, losses: SampleLosses | undefined): void {
    const { step } = measured;
    if (losses !== undefined)
      writeSafetensors(this.losses(step), { train: tensor(losses.train), unseen: tensor(losses.unseen) });
    writeJson(this.file(`step-${numbered(step)}.json`), measured);
    if (losses === undefined) rmSync(this.losses(step), { force: true });
  }

  /** Where the learning stood last, if that is not after `step`; undefined otherwise. */
  learning(step: number): TrainingState | undefined {
    const found = this.learningSteps().filter((other) => other <= step);
    if (found.length === 0) return undefined;
    const newest = Math.max(...found);
    return loadCheckpoint(this.checkpoint(newest), newest, this.model, this.config.training!.average !== null);
  }

  /** Keeps where the learning stands, in place of what was kept. */
  keepLearning(state: TrainingState): void {
    saveCheckpoint(this.checkpoint(state.step), state, this.model, this.config);
    for (const step of this.learningSteps()) if (step !== state.step) this.removeLearning(step);
  }

  /** Removes what only a measurement that is not over needs. */
  finish(): void {
    for (const step of this.learningSteps()) this.removeLearning(step);
  }

  private removeLearning(step: number): void {
    const { model, state } = this.checkpoint(step);
    // The state is what it is found by.
    rmSync(state);
    rmSync(model, { force: true });
  }

  private learningSteps(): number[] {
    if (!existsSync(this.path)) return [];
    return readdirSync(this.path)
      .flatMap((name) => LEARNING.exec(name)?.[1] ?? [])
      .map(Number);
  }

  private checkpoint(step: number) {
    const path = this.file(`learning-${numbered(step)}`);
    return { model: `${path}.safetensors`, state: `${path}.state.safetensors` };
  }

  private losses(step: number): string {
    return this.file(`step-${numbered(step)}.losses.safetensors`);
  }

  private file(name: string): string {
    return join(this.path, name);
  }
}

function tensor(data: SampleLosses["train"]): Tensor {
  return { data, shape: [data.length] };
}

function readLosses(path: string): SampleLosses {
  const { train, unseen } = readSafetensors(path).tensors;
  const both = [train?.data, unseen?.data];
  if (both.some((data) => data === undefined || data instanceof BigInt64Array)) throw damaged(path);
  const [of, other] = both as SampleLosses["train"][];
  return { train: of, unseen: other };
}
