import { statSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { optimizers } from "../../descent/optimizers/registry.js";
import type { GradientNorms } from "../../descent/schedules/refinement.js";
import { damaged } from "../../files/json-file.js";
import { readBytes } from "../../files/read-file.js";
import { readSafetensors, type Tensor } from "../../files/safetensors.js";
import type { NormsState } from "../../training/gradient-norms.js";
import { readConfig } from "../log/read-config.js";
import { openFinishedTraining } from "./finished-training.js";

/** What the names of the norms begin with in the state of a checkpoint. */
export const NORMS = "norms.";

/**
 * The gradient norms that a checkpoint's state holds; none of one that an earlier version wrote.
 *
 * @param step the steps taken until then
 * @throws InputError if they are not those of so many steps
 */
export function normsOf(tensors: Readonly<Record<string, Tensor>>, step: number, path: string): NormsState {
  const [l1, l2] = ["l1", "l2"].map((name) => tensors[`${NORMS}${name}`]?.data ?? new Float64Array());
  if (![l1, l2].every((norms) => norms instanceof Float64Array && [0, step].includes(norms.length)))
    throw damaged(path);
  return { l1, l2 } as NormsState;
}

/**
 * The norms of a training's gradients, before clipping, one for every step.
 *
 * @param path the directory of a finished training, or a JSON file with a list of them
 * @throws InputError if it is neither, or if the training has not kept them
 */
export function readGradientNorms(path: string): GradientNorms {
  if (!(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? true)) return readList(path);
  const run = openFinishedTraining(path);
  const { optimizer, steps } = readConfig(run).training!;
  const { state } = run.checkpointPaths(run.finished);
  const { l1, l2 } = normsOf(readSafetensors(state).tensors, steps, state);
  if (l1.length === 0 || Number.isNaN(l1[0]))
    throw new InputError(
      `${path} has not kept the norms of its gradients, as an earlier version began it; train it anew`,
    );
  return { l1, l2, norm: optimizers.get(optimizer.name).norm ?? "l1" };
}

const Norms = z.array(z.number());

function readList(path: string): GradientNorms {
  try {
    const norms = Norms.parse(JSON.parse(readBytes(path).toString("utf8")));
    return { l1: norms, l2: norms };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path} must be a JSON list of gradient norms, or the directory of a training`, {
      cause: error,
    });
  }
}
