import { section } from "../../base/settings.js";
import { schedule } from "./schedule.js";

/** The peak in every step. */
export const constant = schedule({
  name: "constant",
  about: "stays at its peak",
  source: "Robbins & Monro 1951, with a step that does not fall",
  settings: section({}),
  create: () => () => 1,
});
