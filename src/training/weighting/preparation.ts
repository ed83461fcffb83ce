import type { Resources } from "../../passes/problem.js";

/** With what a policy prepares itself. */
export interface PreparationOptions extends Resources {
  /** Called on the way with the share that is done. */
  readonly onProgress?: (fraction: number) => void;
}
