import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { endWhenIdle } from "./end-when-idle.js";

test("a server ends when no page has been open for some time, or its folder has gone", async () => {
  const served = { root: tmpdir(), pages: 1, left: 0 };
  let ended = false;
  const end = () => {
    ended = true;
  };
  endWhenIdle(served, 0.1, end, 5);
  await wait(200);
  expect(ended).toBe(false);
  served.pages = 0;
  served.left = performance.now();
  await wait(50);
  expect(ended).toBe(false);
  await expect.poll(() => ended).toBe(true);
  await new Promise<void>((resolve) => endWhenIdle({ root: "/nowhere", pages: 1, left: 0 }, 3600, resolve, 5));
});
