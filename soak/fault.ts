import type { Random } from "../src/base/random.js";
import type { Laboratory } from "./laboratory.js";

/** A kind of fault that the command is put through again and again. */
export interface Fault {
  /** As `--only` has it. */
  readonly name: string;
  /** What is done, and what must hold, in one line. */
  readonly about: string;
  /**
   * Does it once, in a folder of its own, by what the generator draws.
   *
   * @returns what did not hold, in a line each; none where all did
   */
  readonly attempt: (laboratory: Laboratory, folder: string, random: Random) => Promise<readonly string[]>;
}
