import { InputError } from "../../base/errors.js";
import { openRun } from "../../runs/log/run-directory.js";
import { loadPolicy } from "../../runs/policy-file.js";
import type { PolicyMap } from "../protocol.js";

/** What a cell is where its weight is uniform; a cell of twice that or more is 255. */
const UNIFORM = 128;

/**
 * The newest policy that a search keeps as a map of so many cells at most: a cell is the mean weight of some examples over
 * some steps. Examples stand in the order of their weight over all steps, those with the most first.
 *
 * @throws InputError where there is no search, or no policy yet
 */
export function policyMap({ run: path, columns, rows }: { run: string; columns: number; rows: number }): PolicyMap {
  const run = openRun(path);
  const epoch = run.policyEpochs().at(-1);
  if (epoch === undefined) throw new InputError("there is no policy yet: the first epoch is not over");
  const { steps, examples, weights } = loadPolicy(run.policyPath(epoch));
  const total = new Float64Array(examples);
  for (let i = 0; i < weights.length; i++) total[i % examples] += weights[i];
  const order = Array.from(total.keys()).sort((a, b) => total[b] - total[a] || a - b);
  const width = Math.min(columns, steps);
  const height = Math.min(rows, examples);
  const sums = new Float64Array(width * height);
  const counts = new Uint32Array(width * height);
  const rowOf = new Uint32Array(examples);
  for (const [place, n] of order.entries()) rowOf[n] = Math.floor((place * height) / examples);
  for (let t = 0; t < steps; t++) {
    const column = Math.floor((t * width) / steps);
    for (let n = 0; n < examples; n++) {
      const cell = rowOf[n] * width + column;
      sums[cell] += weights[t * examples + n];
      counts[cell] += 1;
    }
  }
  const cells = Array.from(sums, (sum, i) => Math.min(255, Math.round((UNIFORM * sum * examples) / counts[i])));
  const epochs = (run.config.search as { readonly epochs: number }).epochs;
  return { epoch, epochs, steps, examples, columns: width, rows: height, cells };
}
