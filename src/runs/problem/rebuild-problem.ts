import type { Preparation } from "../../data/preparation.js";
import type { Config } from "../config/config.js";
import { refuseChangedData } from "../log/facts.js";
import type { Run } from "../log/run.js";
import { type BuiltProblem, buildProblem } from "./build-problem.js";
import { locateFiles } from "./locate-files.js";

/**
 * The problem of a run, built again from its files, wherever the command is called.
 *
 * @param since when the data were last the run's: "the search"
 * @param restored what they should be restored for: "to evaluate the run"
 * @throws InputError where the data do not suffice, or are not those of the run
 */
export async function rebuildProblem(
  run: Run,
  config: Config,
  preparation: Preparation,
  since: string,
  restored: string,
): Promise<BuiltProblem> {
  const built = await buildProblem(locateFiles(config, run.directory), preparation);
  refuseChangedData(run, built.problem, since, restored);
  return built;
}
