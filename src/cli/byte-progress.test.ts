import { expect, test } from "vitest";
import { byteProgress } from "./byte-progress.js";
import type { ProgressBar } from "./progress-bar.js";

function shown(progress: { done: number; content: number; compressed: number }, length?: number) {
  const updates: [number, string][] = [];
  const bar = { update: (fraction: number, note: string) => updates.push([fraction, note]) };
  byteProgress(bar as unknown as ProgressBar, length)(progress);
  return updates[0];
}

test("shows bytes of all, the rate, and how many times smaller they are", () => {
  const [fraction, note] = shown({ done: 50 * 1024, content: 100 * 1024, compressed: 25 * 1024 }, 200 * 1024);
  expect(fraction).toBe(0.25);
  expect(note).toMatch(/^50KiB of 200KiB {2}[\d.]+[KMGTP]iB\/s {2}4\.00 times smaller$/);
});

test("of what has no known length, no share is done", () => {
  const [fraction, note] = shown({ done: 2048, content: 2048, compressed: 1024 });
  expect(fraction).toBe(0);
  expect(note).toMatch(/^2KiB {2}\S+\/s {2}2\.00 times smaller$/);
});
