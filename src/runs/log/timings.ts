import { existsSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../../base/errors.js";
import { parseJson } from "../../files/json-file.js";
import { cutFile } from "../../files/json-lines.js";
import { readBytes } from "../../files/read-file.js";
import type { Run } from "./run.js";

const TIMINGS = "timings.jsonl";

/**
 * The seconds that units of work took, in timings.jsonl: the one file of a run that has other bytes when the run is
 * computed again. Of a unit that was computed again after a kill the last line counts; a line that a killed process did
 * not finish is no line.
 */
export class Timings<Seconds> {
  private readonly path: string;

  /**
   * @param unit what a line calls the number of its unit of work: `epoch`
   * @param seconds what a line holds of the time
   */
  constructor(
    private readonly run: Pick<Run, "path" | "append">,
    private readonly unit: string,
    private readonly seconds: z.ZodType<Seconds>,
  ) {
    this.path = run.path(TIMINGS);
  }

  /** Before the first line of a process: one that a killed process did not finish would take it with it. */
  cutLastLine(): void {
    if (existsSync(this.path)) cutFile(this.path, readBytes(this.path).lastIndexOf("\n") + 1);
  }

  /** Writes down the seconds of a unit of work. */
  note(number: number, seconds: Seconds): void {
    this.run.append(TIMINGS, { [this.unit]: number, seconds });
  }

  /** Seconds by the number of the unit; none where the file is gone. Throws InputError if a line is damaged. */
  read(): ReadonlyMap<number, Seconds> {
    if (!existsSync(this.path)) return new Map();
    const Line = z.object({ [this.unit]: z.int(), seconds: this.seconds });
    const lines = readBytes(this.path).toString().split("\n").slice(0, -1);
    return new Map(
      lines.flatMap((line, i) => {
        if (isHalf(line)) return [];
        const { [this.unit]: number, seconds } = parseJson(line, Line, `line ${i + 1} of ${this.path}`);
        return [[number as number, seconds as Seconds] as const];
      }),
    );
  }

  /** The seconds of these units. Throws InputError if one of them has no line. */
  of(numbers: readonly number[]): Seconds[] {
    const all = this.read();
    return numbers.map((number) => {
      if (all.has(number)) return all.get(number)!;
      throw new InputError(`${TIMINGS} of the run has no line of ${this.unit} ${number}; restore it`);
    });
  }
}

/**
 * What an earlier version left where a process was killed: it ended such lines, and did not cut them off. A line with a
 * digest is of a version that does.
 */
function isHalf(line: string): boolean {
  return !line.endsWith("}") && !line.includes('"digest"');
}
