import { type ContentState, KINDS } from "./content-state.js";
import { MATCH_LENGTHS } from "./match-model.js";

/** What weights of the mixer are chosen by, at a bit. */
export interface Moment {
  readonly state: ContentState;
  /** 1 and the bits of the byte so far, which are `bitAt` many. */
  readonly node: number;
  readonly bitAt: number;
  /** How strongly the match model expects its byte, and how many contexts have been met before. */
  readonly strength: number;
  readonly met: number;
}

/** One of several choices of weights. */
export interface WeightSet {
  readonly size: (contexts: number) => number;
  readonly choose: (moment: Moment) => number;
}

/** The sets, the most useful first: a level takes as many as it has time for. */
export const weightSets: readonly WeightSet[] = [
  { size: (contexts) => 8 * (contexts + 1), choose: ({ met, bitAt }) => 8 * met + bitAt },
  { size: () => 256 * KINDS, choose: ({ state, node }) => 256 * (state.kinds & 15) + node },
  { size: () => 8 * (MATCH_LENGTHS + 1), choose: ({ strength, bitAt }) => 8 * strength + bitAt },
  { size: () => 256, choose: ({ node }) => node },
  { size: () => 8 * 256, choose: ({ state, bitAt }) => 8 * (state.last4 & 0xff) + bitAt },
  {
    size: () => 3 * 256,
    choose: ({ state, bitAt }) => 3 * ((state.last4 >>> 8) & 0xff) + (bitAt === 0 ? 0 : bitAt < 4 ? 1 : 2),
  },
  {
    size: () => 16 * 16 * 8,
    choose: ({ state, bitAt }) => 128 * Math.min(state.wordLength, 15) + 8 * Math.min(state.lastLength, 15) + bitAt,
  },
];

/** Of the weights that mix what these give: by the kinds of the last two bytes, and by the bits of this one. */
export const finalSets: readonly WeightSet[] = [
  { size: () => 256, choose: ({ state }) => state.kinds & 0xff },
  { size: () => 256, choose: ({ node }) => node },
];
