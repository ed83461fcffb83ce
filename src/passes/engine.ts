import type { FloatType } from "../base/floats.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Loss } from "../losses/loss.js";
import { type Model, parameterCount } from "../models/model.js";
import { compile, type Program, type RuntimeOptions, workingSet } from "../runtime/compile.js";
import { type Pass, passGraph } from "./pass.js";
import { DEFAULT_MEMORY, type Resources } from "./problem.js";
import { costatePass, gradientPass, lossesPass, lossGradientPass, tangentPass } from "./standard-passes.js";

/** Of the memory, what the values of one batch may take in the largest pass; programs keep what they once had. */
const BATCH_SHARE = 1 / 8;
/** Beyond this many bytes of values alive at once a batch outgrows the caches and larger ones are slower (measured). */
const CACHED_BYTES = 320 * 2 ** 20;
/** What is counted with where the memory is too small for that: a search, its arrays as long as theta and its passes. */
const ARRAYS_AS_THETA = 13;
const PASSES = [costatePass, gradientPass, tangentPass, lossGradientPass, lossesPass];
/** What a program keeps is about so many times the bytes of its values that are alive at once (docs/MEMORY.md). */
const PROGRAM_FACTOR = 1.5;

/** Runs passes of one model and loss: compiles each when it is first needed, once for each batch size. */
export class Engine {
  readonly model: Model;
  readonly dtype: FloatType;
  /** Bytes that all that grows with the problem may take. */
  readonly memory: number;
  /** Bytes of an array as long as theta. */
  readonly thetaBytes: number;
  readonly loss: Loss;
  private readonly runtime: RuntimeOptions;
  private readonly signal: AbortSignal | undefined;
  private readonly onBatch: (() => void) | undefined;
  private readonly compiled = new Map<Pass, Map<number, Promise<Program>>>();
  private readonly costs = new Map<Pass, { one: Cost; another: number }>();

  constructor(
    { model, loss = crossEntropy }: { readonly model: Model; readonly loss?: Loss },
    { memory = DEFAULT_MEMORY, dtype = "float32", signal, onBatch, ...runtime }: Resources = {},
  ) {
    this.model = model;
    this.loss = loss;
    this.dtype = dtype;
    this.runtime = runtime;
    this.signal = signal;
    this.onBatch = onBatch;
    this.memory = memory;
    this.thetaBytes = parameterCount(model) * (dtype === "float64" ? 8 : 4);
  }

  /** The most examples in a batch, a power of two, in this memory or so much. */
  mostExamples(memory = this.memory): number {
    const affordable = Math.min(CACHED_BYTES, memory * BATCH_SHARE) / this.perExample().bytes;
    let most = 2 ** Math.max(0, Math.floor(Math.log2(affordable)));
    const taken = (batch: number) =>
      ARRAYS_AS_THETA * this.thetaBytes +
      PASSES.reduce((sum, pass) => sum + this.programBytes(pass, batch) + this.programBytes(pass, batch / 4), 0);
    while (most > 1 && taken(most) > memory) most /= 2;
    return most;
  }

  /** The program of a pass over batches of this many examples, for the next of them. Throws the signal's reason. */
  program(pass: Pass, batch: number): Promise<Program> {
    this.signal?.throwIfAborted();
    this.onBatch?.();
    const programs = this.compiled.get(pass) ?? new Map<number, Promise<Program>>();
    this.compiled.set(pass, programs);
    const known = programs.get(batch);
    if (known !== undefined) return known;
    const program = compile(passGraph(this, pass, batch, this.dtype), this.runtime);
    programs.set(batch, program);
    return program;
  }

  /**
   * What one example adds to a batch: the bytes of values alive at once in the largest pass, and the floating-point
   * operations of matrix products in its gradient.
   */
  perExample(): Cost {
    return { bytes: this.costOf(costatePass).another, flops: this.costOf(gradientPass).one.flops };
  }

  /** About so many bytes does the program of a pass over batches of this many examples keep. */
  programBytes(pass: Pass, batch: number): number {
    const { one, another } = this.costOf(pass);
    return PROGRAM_FACTOR * (one.bytes + (batch - 1) * another);
  }

  /** What a pass over one example costs, and the bytes that another one in the batch adds. */
  private costOf(pass: Pass): { one: Cost; another: number } {
    const known = this.costs.get(pass);
    if (known !== undefined) return known;
    const [one, two] = [1, 2].map((batch) => workingSet(passGraph(this, pass, batch, this.dtype)));
    const cost = { one, another: two.bytes - one.bytes };
    this.costs.set(pass, cost);
    return cost;
  }

  /** Frees what the runtime holds for the programs. */
  async release(): Promise<void> {
    for (const programs of this.compiled.values())
      for (const program of programs.values()) await (await program).release();
    this.compiled.clear();
  }
}

interface Cost {
  readonly bytes: number;
  readonly flops: number;
}
