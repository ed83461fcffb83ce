import { type OverSeeds, overSeeds, type PairedOverSeeds, pairedOverSeeds } from "../../measures/over-seeds.js";
import type { EpochMetrics } from "../search/epoch-metrics.js";

/** The quantities of a search that every seed has, in nats or bits over bits. */
const QUANTITIES = ["area", "validationArea", "testArea", "finalTestLoss", "compressionRatio"] as const;

/** What searches with several seeds found, over the seeds. */
export interface SearchOverSeeds extends Readonly<Record<(typeof QUANTITIES)[number], PairedOverSeeds>> {
  /** Of the best policy over conventional learning, a ratio. */
  readonly acceleration: OverSeeds;
  /** Of the weights of the best policy, the share that is zero; and of these the share that lies on perturbed examples. */
  readonly zeroShare: OverSeeds;
  readonly zeroPerturbedShare: OverSeeds;
}

/** The best policies of several seeds, each paired with conventional learning of its own seed. */
export function searchOverSeeds(
  runs: readonly { readonly best: EpochMetrics; readonly baseline: EpochMetrics }[],
): SearchOverSeeds {
  const paired = (key: (typeof QUANTITIES)[number]) =>
    pairedOverSeeds(
      runs.map(({ best }) => best[key]),
      runs.map(({ baseline }) => baseline[key]),
      key === "compressionRatio" ? "ratios" : "values",
    );
  const ofBest = (key: "acceleration" | "zeroShare" | "zeroPerturbedShare") => runs.map(({ best }) => best[key]);
  return {
    acceleration: overSeeds(ofBest("acceleration"), "ratios"),
    area: paired("area"),
    validationArea: paired("validationArea"),
    testArea: paired("testArea"),
    finalTestLoss: paired("finalTestLoss"),
    compressionRatio: paired("compressionRatio"),
    zeroShare: overSeeds(ofBest("zeroShare"), "values"),
    zeroPerturbedShare: overSeeds(ofBest("zeroPerturbedShare"), "values"),
  };
}
