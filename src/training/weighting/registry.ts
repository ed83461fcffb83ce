import { Registry } from "../../base/component.js";
import { densityRatio } from "./density-ratio.js";
import { dsir } from "./dsir.js";
import { gradientNorm } from "./gradient-norm.js";
import { greedy } from "./greedy.js";
import { highestLoss } from "./highest-loss.js";
import { law } from "./law.js";
import { mirror } from "./mirror.js";
import { reducibleLoss } from "./reducible-loss.js";
import { searched } from "./searched.js";
import { uniform } from "./uniform.js";

/** What `training.policy` names. */
export const weightings = new Registry("policy", [
  uniform,
  law,
  densityRatio,
  dsir,
  mirror,
  greedy,
  highestLoss,
  reducibleLoss,
  gradientNorm,
  searched,
]);
