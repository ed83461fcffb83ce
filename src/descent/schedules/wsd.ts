import { section, share } from "../../base/settings.js";
import { schedule } from "./schedule.js";

/** Warm-up, stable, decay: min(1, (T - t) / (decay T)). */
export const wsd = schedule({
  name: "wsd",
  about: "stays at its peak and falls late, by equal steps, to 0 (warm-up, stable, decay)",
  source: "Hu et al. 2024, MiniCPM, arXiv:2404.06395; Haegele et al. 2024, arXiv:2405.18392",
  settings: section({
    decay: share().default(0.2).describe("the share of the steps, the last ones, in which the rate falls"),
  }),
  create:
    ({ decay }, { steps }) =>
    (t) =>
      Math.min(1, (steps - t) / (decay * steps)),
});
