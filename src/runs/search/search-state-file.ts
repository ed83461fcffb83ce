import { existsSync } from "node:fs";
import { z } from "zod";
import type { Floats } from "../../base/floats.js";
import { damaged, parseJson } from "../../files/json-file.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../files/safetensors.js";
import type { SearchState } from "../../search/search.js";
import { loadPolicy } from "../policy-file.js";
import type { SearchRun } from "./search-kind.js";

/*
 * What a search needs to go on after an epoch, beside the policy of that epoch:
 *
 *   policies/state-0003.safetensors   the gradient of the area, the gap of every step, and numbers as metadata
 *   policies/rule-move-2.safetensors  an array of the step rule, written once and kept while the rule has it
 */

const Numbers = z.object({
  area: z.number(),
  cost: z.number(),
  best: z.object({ epoch: z.int(), validationArea: z.number() }),
  rule: z.object({ numbers: z.record(z.string(), z.number()), arrays: z.array(z.string()) }),
});

const tensor = (data: Floats): Tensor => ({ data, shape: [data.length] });

/** The files that a state has, that of the numbers last. */
export function stateFiles(run: SearchRun, { epoch, rule }: Pick<SearchState, "epoch" | "rule">): string[] {
  return [...Object.keys(rule.arrays).map((name) => run.rulePath(name)), run.statePath(epoch)];
}

/** Writes all of a state but its policy. Throws InputError if it cannot be written. */
export function writeSearchState(run: SearchRun, { epoch, area, cost, best, gaps, gradient, rule }: SearchState): void {
  for (const [name, data] of Object.entries(rule.arrays))
    if (!existsSync(run.rulePath(name))) writeSafetensors(run.rulePath(name), { array: tensor(data) });
  const numbers = { area, cost, best, rule: { numbers: rule.numbers, arrays: Object.keys(rule.arrays) } };
  const tensors = { gradient: tensor(gradient), gaps: tensor(gaps) };
  writeSafetensors(run.statePath(epoch), tensors, { numbers: JSON.stringify(numbers) });
}

/** The state after an epoch. Throws InputError that names the file which is missing or damaged. */
export function readSearchState(
  run: SearchRun,
  epoch: number,
  shape: { steps: number; examples: number },
): SearchState {
  const path = run.statePath(epoch);
  const { tensors, metadata } = readSafetensors(path);
  const { rule, ...numbers } = parseJson(metadata.numbers ?? "null", Numbers, path);
  if (tensors.gaps?.data.length !== shape.steps || tensors.gradient === undefined) throw damaged(path);
  const array = (name: string) => readSafetensors(run.rulePath(name)).tensors.array.data as Floats;
  return {
    ...{ epoch, ...numbers, policy: loadPolicy(run.policyPath(epoch), shape) },
    gradient: tensors.gradient.data as Floats,
    gaps: tensors.gaps.data as Float64Array,
    rule: {
      numbers: rule.numbers,
      arrays: Object.fromEntries(rule.arrays.map((name) => [name, array(name)])),
    },
  };
}
