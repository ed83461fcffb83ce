import { existsSync } from "node:fs";
import type { Served } from "./served.js";

/** Between two looks, in milliseconds. */
const BETWEEN = 1000;

/**
 * Calls `end` when no page has been open for some seconds, or the served folder is there no more.
 *
 * @param served whose `pages` and `left` say which pages are open
 */
export function endWhenIdle(
  served: Pick<Served, "root" | "pages" | "left">,
  seconds: number,
  end: () => void,
  between = BETWEEN,
): void {
  const since = performance.now();
  const timer = setInterval(() => {
    const idle = served.pages === 0 && performance.now() - Math.max(since, served.left) > 1000 * seconds;
    if (!idle && existsSync(served.root)) return;
    clearInterval(timer);
    end();
  }, between);
}
