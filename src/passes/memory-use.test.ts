import { expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { tinyTransformer } from "../testing/problems.js";
import { Engine } from "./engine.js";
import { bytesLeft, type MemoryUse } from "./memory-use.js";
import { Passes } from "./passes.js";
import { costatePass, gradientPass, lossesPass } from "./standard-passes.js";

const { model, train, desired } = tinyTransformer({ train: 40, vocabulary: 120 });

function left(memory: number, atLeast = 0): number {
  const engine = new Engine({ model }, { memory });
  const use: MemoryUse = {
    vectors: 8,
    bytes: 1000,
    passes: [
      { over: new Passes(engine, train), all: [costatePass, gradientPass] },
      { over: new Passes(engine, desired), all: [lossesPass] },
    ],
  };
  return bytesLeft(engine, use, atLeast);
}

const refusal = (memory: number): string => {
  try {
    left(memory, 5000);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "";
};

test("what is left is the memory without arrays as long as theta, examples, policies and programs", () => {
  const more = 2 ** 30;
  expect(left(4 * more) - left(3 * more)).toBe(more);
  const engine = new Engine({ model }, { memory: 3 * more });
  const [largest, small] = new Passes(engine, train).sizesIn(3 * more)[0];
  expect([largest, small]).toEqual([40, 10]);
  let taken = 8 * engine.thetaBytes + 1000;
  for (const pass of [costatePass, gradientPass])
    taken += engine.programBytes(pass, largest) + engine.programBytes(pass, small);
  for (const size of new Passes(engine, desired).sizesIn(3 * more)[0]) taken += engine.programBytes(lossesPass, size);
  for (const { count, fields } of [train, desired]) taken += fields.tokens.data.byteLength + 8 * count;
  expect(left(3 * more)).toBe(3 * more - taken);
});

test("what does not fit is refused with what it takes, which is enough and, to a hundredth, not more", () => {
  const [, number, unit] =
    /^this takes ([\d.]+)(KiB|MiB) of memory \(in batches of one example .* --memory allows 1KiB/.exec(refusal(1024))!;
  const enough = Number(number) * { KiB: 2 ** 10, MiB: 2 ** 20 }[unit as "KiB" | "MiB"];
  expect(refusal(enough)).toBe("");
  expect(refusal(enough * 0.98)).not.toBe("");
});

test("the smaller the memory, the smaller the batch, down to one example", () => {
  const engine = new Engine({ model });
  const most = (memory: number) => engine.mostExamples(memory);
  expect(most(0)).toBe(1);
  let before = 1;
  for (let memory = 2 ** 12; memory < 2 ** 34; memory *= 2) {
    expect(most(memory)).toBeGreaterThanOrEqual(before);
    before = most(memory);
  }
  expect(before).toBe(most(2 ** 40));
});
