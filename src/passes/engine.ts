import type { FloatType } from "../base/floats.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Loss } from "../losses/loss.js";
import type { Model } from "../models/model.js";
import { compile, type Program, type RuntimeOptions, workingSet } from "../runtime/compile.js";
import { type Pass, passGraph } from "./pass.js";
import { DEFAULT_MEMORY, type Resources } from "./problem.js";
import { costatePass, gradientPass } from "./standard-passes.js";

/** Of the memory budget, what the values of one batch may take; the states of a trajectory have the rest. */
const BATCH_SHARE = 1 / 8;

/** Runs passes of one model and loss: compiles each when it is first needed, once for each batch size. */
export class Engine {
  readonly model: Model;
  readonly dtype: FloatType;
  /** Bytes that the values of one batch may take. */
  readonly batchBytes: number;
  /** Bytes that the states of a trajectory may take. */
  readonly stateBytes: number;
  readonly loss: Loss;
  private readonly runtime: RuntimeOptions;
  private readonly signal: AbortSignal | undefined;
  private readonly onBatch: (() => void) | undefined;
  private readonly compiled = new Map<Pass, Map<number, Promise<Program>>>();
  private cost: { bytes: number; flops: number } | undefined;

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
    this.batchBytes = memory * BATCH_SHARE;
    this.stateBytes = memory * (1 - BATCH_SHARE);
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
  perExample(): { bytes: number; flops: number } {
    this.cost ??= {
      bytes: this.costOf(costatePass, 2).bytes - this.costOf(costatePass, 1).bytes,
      flops: this.costOf(gradientPass, 1).flops,
    };
    return this.cost;
  }

  private costOf(pass: Pass, batch: number): { bytes: number; flops: number } {
    return workingSet(passGraph(this, pass, batch, this.dtype));
  }

  /** Frees what the runtime holds for the programs. */
  async release(): Promise<void> {
    for (const programs of this.compiled.values())
      for (const program of programs.values()) await (await program).release();
    this.compiled.clear();
  }
}
