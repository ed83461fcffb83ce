import { Registry } from "../../base/component.js";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { exponential } from "./exponential.js";
import { linear } from "./linear.js";
import { power } from "./power.js";
import { refined } from "./refined.js";
import { rewarm } from "./rewarm.js";
import { rex } from "./rex.js";
import { step } from "./step.js";
import { wsd } from "./wsd.js";

/** What `training.schedule` and `learning.schedule` name. */
export const schedules = new Registry("schedule", [
  constant,
  linear,
  cosine,
  wsd,
  rex,
  power,
  rewarm,
  step,
  exponential,
  refined,
]);
