import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitted, wrapped } from "./lines.js";

const words = fc.array(fc.stringMatching(/^[a-z0-9.]{1,12}$/), { minLength: 1, maxLength: 40 });

describe("a line in a terminal", () => {
  test("is broken between words alone, none of its lines is wider, and each holds what it can", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 80 }), (words, columns) => {
        const lines = wrapped(words.join(" "), columns);
        expect(lines.join(" ")).toBe(words.join(" "));
        for (const [i, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(columns);
          if (i > 0) expect(lines[i - 1].length + 1 + line.split(" ")[0].length).toBeGreaterThan(columns);
        }
      }),
    );
  });

  test("with a name goes on below its first value", () => {
    expect(wrapped("acceleration     1.7 in steps, 1.5 in seconds", 32)).toEqual([
      "acceleration     1.7 in steps,",
      "                 1.5 in seconds",
    ]);
  });

  test("is broken after its first value where its name is wider", () => {
    expect(wrapped("acceleration     1.7 in steps", 8)).toEqual([
      "acceleration     1.7",
      "                 in",
      "                 steps",
    ]);
  });

  test("keeps a word that is wider, a command, and an empty line whole", () => {
    expect(wrapped("is runs/quickstart-1/report.html, here", 12)).toEqual([
      "is",
      "runs/quickstart-1/report.html,",
      "here",
    ]);
    expect(wrapped("policy           runs/quickstart-1/policies", 20)).toEqual([
      "policy           runs/quickstart-1/policies",
    ]);
    expect(wrapped("  learning-law weights run", 12)).toEqual(["  learning-law weights run"]);
    expect(wrapped("several lines\n\n  a list of them", 12)).toEqual(["several", "lines", "", "  a list of them"]);
  });

  test("that must be one is cut between words, and says so", () => {
    expect(fitted("step 10/100  test loss 3.4567", 29)).toBe("step 10/100  test loss 3.4567");
    expect(fitted("step 10/100  test loss 3.4567", 28)).toBe("step 10/100  test loss …");
    expect(fitted("step 10/100  test loss 3.4567", 24)).toBe("step 10/100  test loss …");
    expect(fitted("step 10/100  test loss 3.4567", 23)).toBe("step 10/100  test …");
  });
});
