import { InputError } from "../base/errors.js";
import { type Floats, floats, floatType, mean, rootMeanSquare } from "../base/floats.js";
import type { Passes } from "../passes/passes.js";
import type { WindowLosses } from "./window-losses.js";
import type { WindowScorer } from "./window-scorer.js";

/** A point of a training, and the direction in which the desired text would move it from there. */
export interface Checkpoint {
  readonly theta: Floats;
  /** d, see `desiredDirection`. */
  readonly direction: Floats;
}

/** How contributions at one checkpoint are computed. */
export interface Difference {
  /** h |d| / |theta|, the relative length of the move to either side. */
  readonly move: number;
  /** Of the central difference against the exact derivative: root mean square, relative. */
  readonly error: number;
  /** The mean absolute contribution of the training examples. */
  readonly scale: number;
}

/**
 * Lengths of the move that are tried, h |d| / |theta|. Along a long one the loss is no line (1e-2 is off by half in a
 * transformer of 58,000 parameters); along a short one the difference drowns in the rounding of losses, in float32 from
 * about 3e-6 on. In between the error is about 0.2%, most of it from the kinks of ReLU.
 */
const MOVES = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6];

/**
 * Scores windows by their contribution: how much a step on one lowers the desired loss (DESIGN 2.9),
 *
 *   < d, grad l(theta) > = ( l(theta + h d) - l(theta - h d) ) / (2 h) + O(h^2),
 *
 * two forward passes. In units of the training examples' mean absolute contribution; over several checkpoints, the mean.
 */
export class ContributionScorer implements WindowScorer {
  private constructor(
    private readonly losses: WindowLosses,
    private readonly sides: readonly { plus: Views; minus: Views; unit: number }[],
    /** One for each checkpoint. */
    readonly differences: readonly Difference[],
  ) {}

  /**
   * @param training some of the examples that the checkpoints were trained on: they tell how to take the difference
   * @param windows the same examples, as windows
   * @throws InputError where losses or gradients at a checkpoint are not finite, or all are 0
   */
  static async create(
    losses: WindowLosses,
    checkpoints: readonly Checkpoint[],
    training: Passes,
    windows: readonly (readonly number[])[],
  ): Promise<ContributionScorer> {
    const sides = [];
    const differences = [];
    for (const { theta, direction } of checkpoints) {
      const exact = floats(floatType(theta), training.count);
      await training.tangent(theta, direction, exact);
      let best:
        | { difference: Difference; side: { plus: Views; minus: Views; unit: number }; pair: Floats[] }
        | undefined;
      let free: Floats[] | undefined;
      for (const move of MOVES) {
        const h = (move * length(theta)) / length(direction);
        const pair: Floats[] = free ?? [theta.slice(), theta.slice()];
        free = pair;
        const [plus, minus] = [h, -h].map((by, i) => losses.views(moved(theta, direction, by, pair[i])));
        const found = await centralDifference(losses, { plus, minus, unit: 2 * h }, windows);
        const error = rootMeanSquare(found.map((value, n) => value - exact[n])) / rootMeanSquare(exact);
        // A long move may overflow.
        if (best !== undefined && !(error < best.difference.error || Number.isNaN(best.difference.error))) continue;
        const scale = mean(Float64Array.from(exact, Math.abs));
        free = best?.pair;
        best = {
          difference: { move, error, scale },
          side: { plus, minus, unit: 2 * h * scale * checkpoints.length },
          pair,
        };
      }
      const { difference, side } = best!;
      if (!Number.isFinite(difference.error) || difference.scale === 0)
        throw new InputError(
          "contributions cannot be computed: losses or gradients at a checkpoint are not finite, or all are 0",
        );
      sides.push(side);
      differences.push(difference);
    }
    return new ContributionScorer(losses, sides, differences);
  }

  async score(windows: readonly (readonly number[])[], onWindows?: (done: number) => void): Promise<Float64Array> {
    const { sides } = this;
    const thetas = sides.flatMap(({ plus, minus }) => [plus, minus]);
    const losses = await this.losses.at(thetas, windows, onWindows);
    return Float64Array.from(windows, (_, n) =>
      sides.reduce((sum, { unit }, k) => sum + (losses[2 * k][n] - losses[2 * k + 1][n]) / unit, 0),
    );
  }
}

type Views = Readonly<Record<string, Floats>>;

async function centralDifference(
  losses: WindowLosses,
  { plus, minus, unit }: { plus: Views; minus: Views; unit: number },
  windows: readonly (readonly number[])[],
): Promise<Float64Array> {
  const [above, below] = await losses.at([plus, minus], windows);
  return above.map((loss, n) => (loss - below[n]) / unit);
}

/** into <- theta + by direction. */
function moved(theta: Floats, direction: Floats, by: number, into: Floats): Floats {
  for (let i = 0; i < into.length; i++) into[i] = theta[i] + by * direction[i];
  return into;
}

function length(values: Floats): number {
  return rootMeanSquare(values) * Math.sqrt(values.length);
}
