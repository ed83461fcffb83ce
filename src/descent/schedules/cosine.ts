import { section } from "../../base/settings.js";
import { schedule, sinceWarmup } from "./schedule.js";

/** (1 + cos(pi s(t))) / 2, without restarts. */
export const cosine = schedule({
  name: "cosine",
  about: "falls along half a cosine to 0",
  source: "Loshchilov & Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts, arXiv:1608.03983",
  settings: section({}),
  create: (_, span) => (t) => (1 + Math.cos(Math.PI * sinceWarmup(span, t))) / 2,
});
