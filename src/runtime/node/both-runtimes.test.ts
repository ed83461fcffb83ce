import { expect, test } from "vitest";
import { searchedPolicy } from "../../testing/learning-anywhere.js";

test("WebAssembly and the native library in one process, the one after the other, say the same", async () => {
  const [wasm, native] = [await searchedPolicy("wasm"), await searchedPolicy("cpu")];
  expect(wasm.some((weight) => weight === 0)).toBe(true);
  wasm.forEach((weight, i) => {
    expect(Math.abs(weight - native[i])).toBeLessThan(1e-6);
  });
});
