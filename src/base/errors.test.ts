import { expect, test } from "vitest";
import { InputError } from "./errors.js";

test("a message that repeats a long input keeps its start and its end", () => {
  const { message } = new InputError(`${"x".repeat(100_000)} is wrong; give y`);
  expect(message).toHaveLength(2007);
  expect(message).toMatch(/^xxx.*x \[\.\.\.\] x.*x is wrong; give y$/);
  expect(new InputError("short", { cause: 1 })).toMatchObject({ message: "short", cause: 1, name: "InputError" });
});
