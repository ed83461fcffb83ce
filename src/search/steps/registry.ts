import { Registry } from "../../base/component.js";
import { backtracking } from "./backtracking.js";
import { quasiNewton } from "./quasi-newton.js";
import { scheduled } from "./scheduled.js";

/** What `search.step` names. */
export const stepRules = new Registry("step rule", [quasiNewton, backtracking, scheduled]);
