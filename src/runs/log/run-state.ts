import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../../files/json-file.js";

/** Where a run stands. */
export interface RunState {
  /** Epochs, steps or other units of work. */
  readonly finished: number;
  /** Of the lines of these. */
  readonly bytes: number;
}

/** What state.json calls the two. */
export type StateKeys = Readonly<Record<keyof RunState, string>>;

const STATE = "state.json";

/** Writes state.json of a run's directory, atomically. */
export function writeState(directory: string, keys: StateKeys, { finished, bytes }: RunState): void {
  writeJson(join(directory, STATE), { [keys.finished]: finished, [keys.bytes]: bytes });
}

/** What state.json of a run's directory says. Throws InputError if it is damaged. */
export function readState(directory: string, keys: StateKeys): RunState {
  const count = z.int().min(0);
  const State = z
    .object({ [keys.finished]: count, [keys.bytes]: count })
    .transform((state) => ({ finished: state[keys.finished], bytes: state[keys.bytes] }));
  return readJson(join(directory, STATE), State);
}
