import { InputError } from "../../base/errors.js";
import { valuesOf } from "./json-lines.js";
import { type LogReader, logOf, textOf } from "./log.js";
import { parsePythonJson } from "./python-json.js";

/**
 * The state that a Trainer of Hugging Face transformers saves: its `log_history` has an entry with `loss` and
 * `learning_rate` every logging, one with `eval_loss` every evaluation, and at the end one with the mean over all steps.
 */
export const trainerState: LogReader = {
  name: "trainer-state",
  about: "trainer_state.json of Hugging Face transformers",
  reads: ({ path }) => /\.json$/i.test(path),
  read(source) {
    const { path } = source;
    let history: unknown;
    try {
      history = (parsePythonJson(textOf(source)) as { log_history?: unknown }).log_history;
    } catch {
      throw new InputError(`${path} is no JSON, or was cut short; give a trainer_state.json as a Trainer saved it`);
    }
    if (!Array.isArray(history) || history.length === 0)
      throw new InputError(
        `${path} has no log_history with entries; give a trainer_state.json of Hugging Face's Trainer`,
      );
    const records = history.map((entry, i) => ({ place: `entry ${i + 1} of log_history`, values: valuesOf(entry) }));
    return [logOf(path, records)];
  },
};
