import { expect, test } from "vitest";
import { duration, fixed, modelSize, percent, speed } from "./format.js";

test.each([
  [0, "0 s"],
  [59.4, "59 s"],
  [59.5, "1 min 0 s"],
  [125, "2 min 5 s"],
  [3599, "59 min 59 s"],
  [4200, "1 h 10 min"],
  [360_000, "100 h 0 min"],
])("%d seconds are %s", (seconds, shown) => {
  expect(duration(seconds)).toBe(shown);
});

test("numbers are shown with their decimals, and what is not there by a sign or a word", () => {
  expect([percent(0.1234), percent(-1), percent(null)]).toEqual(["12.3%", "-100.0%", "-"]);
  expect([fixed(1.23456, 4), fixed(2, 2), fixed(null, 2)]).toEqual(["1.2346", "2.00", "-"]);
  expect([speed(1.5), speed(null)]).toEqual(["1.500x", "none"]);
  expect(modelSize({ parameters: 1424, outcomes: 50 })).toBe("1,424 parameters, vocabulary 50");
});
