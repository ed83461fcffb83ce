import { squash } from "./logistic.js";
import { FLOATS_AT_ONCE, type MixerKernel, mixerKernel } from "./mixer-kernel.js";
import { repeatRow } from "./repeat-row.js";

/** How fast weights learn: at first, at last, and the share of the way that each bit goes. */
const RATE = { first: 0.021, last: 0.001, slowing: 0.001 };
const FINAL_RATE = { first: 0.0205, last: 0.0005, slowing: 0.001 };
/** A probability is no nearer to 0 or 1 than this logit. */
const LARGEST_LOGIT = 11;
const PAGE = 65536;

/**
 * Mixes predictions in the logistic domain by weights that learn (Mattern 2012; Mahoney 2005, section 4.3). Of each of
 * several sets of weights one row w is chosen, by what is known there, and gives
 *
 *   p_s = squash( w_s . x ),     w_s <- w_s + rate (bit - p_s) x
 *
 * for the inputs x, which are logits. Final rows v, chosen alike, mix what the sets gave: each learns of p = squash( y ) with
 * y = sum_s v_s w_s . x in the same way, and the mean of their y is the mixture. Each step goes down the gradient of the code
 * length, -log2 of what the bit was given.
 */
export class Mixer {
  /** The inputs. They stay until they are written over. */
  readonly x: Float32Array;
  /** The mixture as a logit. */
  logit = 0;

  private readonly kernel: MixerKernel;
  /** Addresses: where the inputs end, where each set begins, which rows were chosen. */
  private readonly end: number;
  private readonly begins: readonly number[];
  private readonly chosen: Int32Array;
  private readonly logits: Float64Array;
  private readonly probabilities: Float64Array;
  private readonly finals: readonly FinalRows[];
  private bits = 0;

  /**
   * @param start of the weight of every input
   * @param sets how many rows each has
   * @param finals the same of each set of final rows
   */
  constructor(start: ArrayLike<number>, sets: readonly number[], finals: readonly number[]) {
    const row = Math.ceil(start.length / FLOATS_AT_ONCE) * FLOATS_AT_ONCE;
    const rows = sets.reduce((sum, size) => sum + size, 0);
    this.end = 4 * row;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((this.end * (1 + rows)) / PAGE) });
    this.kernel = mixerKernel(memory);
    const floats = new Float32Array(memory.buffer);
    this.x = floats.subarray(0, start.length);
    const padded = new Float32Array(row);
    padded.set(start);
    repeatRow(floats.subarray(row, (1 + rows) * row), padded);
    const before = (s: number) => sets.slice(0, s).reduce((sum, size) => sum + size, 1);
    this.begins = sets.map((_, s) => this.end * before(s));
    this.chosen = new Int32Array(sets.length);
    this.logits = new Float64Array(sets.length);
    this.probabilities = new Float64Array(sets.length);
    this.finals = finals.map((size) => new FinalRows(size, sets.length));
  }

  /**
   * The probability of a 1.
   *
   * @param rows which row of each set
   * @param finalRows which of each set of final rows
   */
  mix(rows: ArrayLike<number>, finalRows: ArrayLike<number>): number {
    const { begins, chosen, logits, probabilities, finals, kernel, end } = this;
    for (let s = 0; s < begins.length; s++) {
      chosen[s] = begins[s] + rows[s] * end;
      logits[s] = clamped(kernel.dot(0, chosen[s], end));
      probabilities[s] = squash(logits[s]);
    }
    let sum = 0;
    for (let f = 0; f < finals.length; f++) sum += finals[f].mix(logits, finalRows[f]);
    this.logit = sum / finals.length;
    return squash(this.logit);
  }

  /** Learns from the bit that came. */
  update(bit: number): void {
    const { chosen, logits, probabilities, finals, kernel, end } = this;
    const rate = rateAt(RATE, this.bits);
    const finalRate = rateAt(FINAL_RATE, this.bits);
    this.bits++;
    for (let f = 0; f < finals.length; f++) finals[f].update(bit, logits, finalRate);
    for (let s = 0; s < chosen.length; s++) kernel.train(0, chosen[s], end, rate * (bit - probabilities[s]));
  }
}

/** Rows that mix the logits of the sets of weights: at first their mean. */
class FinalRows {
  private readonly weights: Float64Array;
  private row = 0;
  private p = 0.5;

  constructor(
    rows: number,
    private readonly inputs: number,
  ) {
    this.weights = new Float64Array(rows * inputs).fill(1 / inputs);
  }

  mix(logits: Float64Array, row: number): number {
    this.row = row * this.inputs;
    let sum = 0;
    for (let s = 0; s < this.inputs; s++) sum += this.weights[this.row + s] * logits[s];
    const logit = clamped(sum);
    this.p = squash(logit);
    return logit;
  }

  update(bit: number, logits: Float64Array, rate: number): void {
    const step = rate * (bit - this.p);
    for (let s = 0; s < this.inputs; s++) this.weights[this.row + s] += step * logits[s];
  }
}

function rateAt({ first, last, slowing }: typeof RATE, bits: number): number {
  return last + (first - last) / (1 + slowing * bits);
}

function clamped(logit: number): number {
  return logit > LARGEST_LOGIT ? LARGEST_LOGIT : logit < -LARGEST_LOGIT ? -LARGEST_LOGIT : logit;
}
