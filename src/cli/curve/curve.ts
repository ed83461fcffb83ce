import type { CommandGroup } from "../command.js";
import { annealing } from "./annealing.js";
import { deceleration } from "./deceleration.js";
import { read } from "./read.js";
import { scaling } from "./scaling.js";

/** `learning-law curve`: analyses of anyone's loss curves. */
export const curve: CommandGroup = {
  name: "curve",
  summary: "analyses of training logs: deceleration, scaling laws, annealing",
  description: "Fits the laws of the field to loss curves of any training, read from its logs.",
  commands: [read, deceleration, scaling, annealing],
  help: `Logs are CSV, TSV and JSON lines (columns found by name, or given by --step,
--loss, --lr, --tokens), CSV exported by Weights & Biases or trackio, offline
runs of Weights & Biases (run-ID.wandb), trainer_state.json of Hugging Face,
event files of TensorBoard or a folder of them, and this program's runs.`,
};
