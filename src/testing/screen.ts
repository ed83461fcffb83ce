import { Writable } from "node:stream";

const ESCAPE = "\x1b";
/** What follows it: `[2K`, `[?25h`, `7`. */
const CONTROL = /^(?:\[(\??)(\d*)([A-Za-z])|([78]))/;

/**
 * What a terminal shows of what is written to it: as many rows as there are lines, wrapped at its columns, and of the
 * control sequences those with which progress bars clear lines, move, hide the cursor and turn wrapping off.
 */
export class Screen extends Writable {
  readonly isTTY = true;
  cursorHidden = false;
  private wraps = true;
  private readonly rows: string[][] = [[]];
  private at = { row: 0, column: 0 };
  private saved = { row: 0, column: 0 };

  constructor(readonly columns = 80) {
    super({ decodeStrings: false });
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    let rest = text;
    while (rest !== "") {
      const sign = rest[0];
      rest = rest.slice(1);
      if (sign !== ESCAPE) this.put(sign);
      else rest = this.control(rest);
    }
    done();
  }

  /** Its rows without the spaces at their ends, down to the last that is not empty. */
  lines(): string[] {
    const text = this.rows.map((row) => Array.from(row, (sign) => sign ?? " ").join(""));
    return text.join("\n").replace(/ +$/gm, "").trimEnd().split("\n");
  }

  private put(sign: string): void {
    if (sign === "\r") this.at.column = 0;
    else if (sign === "\n") this.moveTo(this.at.row + 1, 0);
    else {
      if (this.at.column === this.columns && this.wraps) this.moveTo(this.at.row + 1, 0);
      this.rows[this.at.row][Math.min(this.at.column, this.columns - 1)] = sign;
      this.at.column = Math.min(this.at.column + 1, this.columns);
    }
  }

  /** Does what the sequence says that a text begins with; returns what comes after it. */
  private control(text: string): string {
    const [sequence, mode, number, letter, digit] = CONTROL.exec(text) ?? [""];
    const name = `${mode ?? ""}${letter ?? digit}`;
    const { row, column } = this.at;
    if (name === "7") this.saved = { row, column };
    else if (name === "8") this.moveTo(this.saved.row, this.saved.column);
    else if (name === "G") this.at.column = Math.max(1, Number(number)) - 1;
    else if (name === "K") this.rows[row].length = Math.min(this.rows[row].length, number === "2" ? 0 : column);
    else if (name === "?h" || name === "?l") this.turn(Number(number), name === "?h");
    else throw new Error(`this screen knows no control sequence ${name}`);
    return text.slice(sequence.length);
  }

  private turn(number: number, on: boolean): void {
    if (number === 25) this.cursorHidden = !on;
    if (number === 7) this.wraps = on;
  }

  private moveTo(row: number, column: number): void {
    while (this.rows.length <= row) this.rows.push([]);
    this.at = { row, column };
  }
}
