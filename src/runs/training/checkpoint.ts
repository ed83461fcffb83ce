import { InputError } from "../../base/errors.js";
import type { Floats } from "../../base/floats.js";
import { damaged } from "../../files/json-file.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../files/safetensors.js";
import { type Model, parameterCount, parameterViews } from "../../models/model.js";
import type { TrainingState } from "../../training/training.js";
import type { AgreementAt } from "../../training/weighting/agreement-history.js";
import type { WeightTotals } from "../../training/weighting/weight-tally.js";
import { agreements, beliefs, weightTotals } from "../../training/weighting/weighted-gradient.js";
import type { Config } from "../config/config.js";
import { NORMS, normsOf } from "./gradient-norms.js";

/*
 * A checkpoint is two files. `step-000100.safetensors` is the model as it was evaluated: every parameter by its name, and
 * as metadata the step and the configuration (JSON). `step-000100.state.safetensors` is what only training on needs: the
 * optimizer's arrays as `optimizer.NAME`, what weighs the batches as `weighting.NAME`, the norms of the gradients of
 * all steps as `norms.l1` and `norms.l2`, and `theta` (flat) where the model is a moving average of it.
 */

export interface CheckpointPaths {
  readonly model: string;
  readonly state: string;
}

const THETA = "theta";
const OPTIMIZER = "optimizer.";
const WEIGHTING = "weighting.";

/** Writes both files, each atomically. Throws InputError if one cannot be written. */
export function saveCheckpoint(paths: CheckpointPaths, state: TrainingState, model: Model, config: Config): void {
  const { step, theta, average, optimizer, weighting, norms } = state;
  const own = { ...named(OPTIMIZER, optimizer), ...named(WEIGHTING, weighting), ...named(NORMS, { ...norms }) };
  writeSafetensors(paths.state, average === undefined ? own : { ...own, [THETA]: flat(theta) });

  const parameters = parameterViews(model, average ?? theta);
  const tensors = model.parameters.map(({ name, shape }) => [name, { data: parameters[name], shape }]);
  writeSafetensors(paths.model, Object.fromEntries(tensors), { step: String(step), config: JSON.stringify(config) });
}

/**
 * Reads where a training stood after `step` steps.
 *
 * @param averaged whether the model is a moving average of theta
 * @throws InputError if a file cannot be read, or is not a checkpoint of this model
 */
export function loadCheckpoint(paths: CheckpointPaths, step: number, model: Model, averaged: boolean): TrainingState {
  const evaluated = loadModel(paths.model, model);
  const { tensors } = readSafetensors(paths.state);
  const optimizer = arrays(OPTIMIZER, tensors, paths.state);
  const theta = averaged ? arrays("", tensors, paths.state)[THETA] : evaluated;
  const moments = Object.values(optimizer).filter(({ length }) => length !== 1);
  if (theta === undefined || [theta, ...moments].some(({ length }) => length !== evaluated.length))
    throw new InputError(`${paths.state} does not hold the state of a training of ${paths.model}`);
  return {
    step,
    theta,
    average: averaged ? evaluated : undefined,
    optimizer,
    weighting: arrays(WEIGHTING, tensors, paths.state),
    norms: normsOf(tensors, step, paths.state),
  };
}

/** What a training's policy made of its examples so far, and what it would make of them next. */
export interface TrainedWeights extends WeightTotals {
  /** How far the policy believes each example, from 0 to 1; undefined of a policy that keeps no beliefs. */
  readonly belief?: Floats;
}

/** What a training's policy made of its examples. Throws InputError if the file cannot be read or has no such thing. */
export function loadWeightTotals(paths: CheckpointPaths): TrainedWeights {
  const state = arrays(WEIGHTING, readSafetensors(paths.state).tensors, paths.state);
  const totals = weightTotals(state);
  const belief = beliefs(state);
  const { total, draws, first, last } = totals;
  if (draws === undefined) throw new InputError(`${paths.state} holds no weights of examples`);
  if ([total, first, last, belief ?? total].some((values) => values?.length !== draws.length))
    throw damaged(paths.state);
  return { ...totals, belief };
}

/**
 * How far the halves of the desired set agreed in the steps in which a training's policy measured contributions; nothing
 * where it measures none, or an earlier version trained. Throws InputError if the file cannot be read.
 */
export function loadAgreements(paths: CheckpointPaths): AgreementAt[] {
  return agreements(arrays(WEIGHTING, readSafetensors(paths.state).tensors, paths.state));
}

/** The flat theta of a checkpoint. Throws InputError naming the first parameter that is not the model's. */
export function loadModel(path: string, model: Model): Floats {
  const { tensors } = readSafetensors(path);
  const theta = new Float32Array(parameterCount(model));
  const views = parameterViews(model, theta);
  for (const { name, shape } of model.parameters) {
    const found = tensors[name];
    if (found === undefined || !(found.data instanceof Float32Array) || String(found.shape) !== String(shape)) {
      const has = found === undefined ? "no such tensor" : `shape [${found.shape.join(", ")}]`;
      throw new InputError(
        `${path} is a checkpoint of another model: ${name} should be float32 of shape [${shape.join(", ")}], and there is ${has}`,
      );
    }
    views[name].set(found.data);
  }
  return theta;
}

function flat(values: Floats): Tensor {
  return { data: values, shape: [values.length] };
}

function named(prefix: string, arrays: Readonly<Record<string, Floats>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(arrays).map(([name, values]) => [prefix + name, flat(values)]));
}

/** The arrays whose names begin so, by what follows. Throws InputError if one is of no floats. */
function arrays(prefix: string, tensors: Readonly<Record<string, Tensor>>, path: string): Record<string, Floats> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    own.map(([name, { data }]) => {
      if (data instanceof BigInt64Array) throw damaged(path);
      return [name.slice(prefix.length), data];
    }),
  );
}
