import type { Keys } from "./guard.js";

/** A server that listens. */
export interface Served {
  readonly root: string;
  readonly program: readonly string[];
  readonly runs: readonly string[];
  readonly keys: Keys;
  port: number;
  hosts: ReadonlySet<string>;
  /** Streams that pages have open, and when the last one ended. */
  pages: number;
  left: number;
}
