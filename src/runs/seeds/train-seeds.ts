import type { Accelerations, CostAt } from "../../measures/cost-to-reach.js";
import {
  type OverSeeds,
  overSeeds,
  type PairedOverSeeds,
  pairedOverSeeds,
  type SeedScale,
} from "../../measures/over-seeds.js";
import type { Comparison } from "../training/baseline.js";
import { lossesOf } from "../training/training-curve.js";

/** The quantities of a training over seeds, losses in nats, and how they are averaged. */
const QUANTITIES = {
  testArea: "values",
  compressionRatio: "ratios",
  finalTestLoss: "values",
  lowestTestLoss: "values",
} as const satisfies Record<string, SeedScale>;
type Quantity = keyof typeof QUANTITIES;
const UNITS = ["steps", "tokens", "work", "seconds"] as const satisfies readonly (keyof Accelerations)[];

/** What trainings with several seeds say together. */
export type TrainOverSeeds = Readonly<Record<Quantity, OverSeeds>>;

/** The same beside a baseline with the same seeds. */
export interface ComparedOverSeeds extends Readonly<Record<Quantity, PairedOverSeeds>> {
  /** Over the baseline of the same seed, ratios. */
  readonly accelerations: Readonly<Record<keyof Accelerations, OverSeeds>>;
}

type Trained = Readonly<Record<Quantity, number>>;

/** Trainings with several seeds. */
export function trainOverSeeds(runs: readonly Trained[]): TrainOverSeeds {
  return ofEach((quantity, scale) =>
    overSeeds(
      runs.map((run) => run[quantity]),
      scale,
    ),
  );
}

/** The same, each paired with the training of its seed in `baselines`, which were measured on the same test examples. */
export function compareOverSeeds(
  runs: readonly (Trained & { readonly outcomes: number; readonly comparison: Comparison })[],
  baselines: readonly (readonly CostAt[])[],
): ComparedOverSeeds {
  const others = baselines.map((costs, i) => lossesOf(costs, runs[i].outcomes));
  const faster = (unit: keyof Accelerations) =>
    overSeeds(
      runs.map(({ comparison }) => comparison.accelerations?.[unit] ?? null),
      "ratios",
    );
  return {
    accelerations: Object.fromEntries(UNITS.map((unit) => [unit, faster(unit)])) as ComparedOverSeeds["accelerations"],
    ...ofEach((quantity, scale) =>
      pairedOverSeeds(
        runs.map((run) => run[quantity]),
        others.map((other) => other[quantity]),
        scale,
      ),
    ),
  };
}

function ofEach<Result>(make: (quantity: Quantity, scale: SeedScale) => Result): Record<Quantity, Result> {
  const quantities = Object.entries(QUANTITIES) as [Quantity, SeedScale][];
  return Object.fromEntries(quantities.map(([quantity, scale]) => [quantity, make(quantity, scale)])) as Record<
    Quantity,
    Result
  >;
}
