import { Registry } from "../../base/component.js";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { linear } from "./linear.js";
import { wsd } from "./wsd.js";

/** What `training.schedule` names. */
export const schedules = new Registry("schedule", [constant, linear, cosine, wsd]);
