import { ContentState } from "./content-state.js";
import { ContextSlots, INPUTS_PER_CONTEXT, TRUSTED_INPUT } from "./context-slots.js";
import { hashContexts } from "./contexts.js";
import { combine } from "./hash.js";
import { levelOf, type ModelSize } from "./levels.js";
import { History, MATCH_INPUTS, MatchModel } from "./match-model.js";
import { Mixer } from "./mixer.js";
import { Refinement } from "./refinement.js";
import { finalSets, weightSets } from "./weight-sets.js";

/** Bytes that a match begins with, of each match model. */
const SHORTEST_MATCHES = [6, 12];
/** The weights of trusted inputs at first; of the others it is 0. */
const TRUST = 0.04;
/** An input that is always the same: what bits are where nothing is known. */
const BIAS = 0.4;
const REFINED_BITS = 16;
/** The share of each of three refinements in the probability. */
const REFINED_SHARE = 0.2;

/**
 * The probability of the next bit from all bits before: context slots and match models predict it, a mixer weighs them, and
 * what it says is refined by what came of it. All of them learn from every bit.
 */
export class Predictor {
  readonly state = new ContentState();
  readonly history: History;
  /** Looks for matches, the shortest first. */
  readonly matches: readonly MatchModel[];
  /** Of the moment (`weight-sets.ts`). */
  node = 1;
  bitAt = 0;
  get strength(): number {
    return this.matches[0].strength;
  }
  get met(): number {
    return this.slots.met;
  }

  private readonly slots: ContextSlots;
  private readonly hashes: Uint32Array;
  private readonly mixer: Mixer;
  private readonly sets: typeof weightSets;
  private readonly rows: Int32Array;
  private readonly finalRows = new Int32Array(finalSets.length);
  private readonly refinements = [0, 1, 2].map(() => new Refinement(2 ** REFINED_BITS));

  constructor({ level, slotBits, historyBits }: ModelSize) {
    const { contexts, sets } = levelOf(level);
    this.history = new History(historyBits);
    this.matches = SHORTEST_MATCHES.map((shortest) => new MatchModel(this.history, shortest, historyBits));
    this.slots = new ContextSlots(contexts, slotBits);
    this.hashes = new Uint32Array(contexts);
    this.sets = weightSets.slice(0, sets);
    this.rows = new Int32Array(sets);
    const ofContexts = contexts * INPUTS_PER_CONTEXT;
    const start = new Float32Array(ofContexts + MATCH_INPUTS * SHORTEST_MATCHES.length + 1);
    for (let i = TRUSTED_INPUT; i < ofContexts; i += INPUTS_PER_CONTEXT) start[i] = TRUST;
    const sizes = (of: typeof weightSets) => of.map(({ size }) => size(contexts));
    this.mixer = new Mixer(start, sizes(this.sets), sizes(finalSets));
    this.mixer.x[start.length - 1] = BIAS;
  }

  /** The probability that the next bit is a 1. */
  predict(): number {
    const { slots, mixer, node, bitAt, sets, rows, finalRows, refinements } = this;
    if (bitAt === 0) {
      hashContexts(this.state, this.hashes);
      slots.beginByte(this.hashes);
    }
    slots.predict(node, bitAt, mixer.x);
    let to = this.hashes.length * INPUTS_PER_CONTEXT;
    for (const match of this.matches) {
      match.predict(node, bitAt, mixer.x, to);
      to += MATCH_INPUTS;
    }
    for (let s = 0; s < sets.length; s++) rows[s] = sets[s].choose(this);
    for (let f = 0; f < finalSets.length; f++) finalRows[f] = finalSets[f].choose(this);
    const p = mixer.mix(rows, finalRows);
    const { last4, word } = this.state;
    const contexts = [
      ((last4 & 255) << 8) | node,
      inBits(combine(last4 & 0xffffff, node)),
      inBits(combine(word, node)),
    ];
    let refined = 0;
    for (let i = 0; i < refinements.length; i++) refined += refinements[i].refine(mixer.logit, contexts[i]);
    return p * (1 - refinements.length * REFINED_SHARE) + refined * REFINED_SHARE;
  }

  /** Learns from the bit that came, after `predict`. */
  update(bit: number): void {
    const { node, bitAt } = this;
    this.mixer.update(bit);
    for (const refinement of this.refinements) refinement.update(bit);
    this.slots.update(bit, node, bitAt);
    for (const match of this.matches) match.update(bit, bitAt);
    this.node = 2 * node + bit;
    this.bitAt++;
    if (this.bitAt === 8) this.append(this.node & 255);
  }

  /** Goes past a byte without learning from its bits. */
  append(byte: number): void {
    this.state.append(byte);
    this.history.append(byte);
    for (const match of this.matches) match.append();
    this.node = 1;
    this.bitAt = 0;
  }
}

function inBits(hash: number): number {
  return hash >>> (32 - REFINED_BITS);
}
