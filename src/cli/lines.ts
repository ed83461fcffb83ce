/** How wide the lines of a terminal are. */
export function columnsOf({ columns }: NodeJS.WriteStream): number {
  // Some terminals say 0.
  return columns || 80;
}

/** The lines as which a text is printed: `wrapped` in a terminal, elsewhere as it is. */
export function shownLines(text: string, stream: NodeJS.WritableStream): string[] {
  const terminal = stream as NodeJS.WriteStream;
  return terminal.isTTY ? wrapped(text, columnsOf(terminal)) : [text];
}

/** A line cut to a terminal's width, between words, and that it is cut is shown. */
export function fitted(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const end = line.lastIndexOf(" ", columns - 2);
  return `${line.slice(0, Math.max(end, 0)).trimEnd()} …`;
}

/**
 * The lines as which a terminal shows a text without cutting a word or a number. What is named at the beginning of a line
 * (`acceleration     1.2 in steps, ...`) has the rest below its first value; what is indented, a command to copy, stays one
 * line.
 *
 * @param columns how many a terminal has; a word that is longer stays whole
 */
export function wrapped(text: string, columns: number): string[] {
  return text.split("\n").flatMap((line) => (line.startsWith(" ") ? [line] : wrappedLine(line, columns)));
}

function wrappedLine(line: string, columns: number): string[] {
  const [name] = /^\S+ {2,}/.exec(line) ?? [""];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const end = breakBefore(rest, columns, Math.max(name.length, 1));
    if (end === undefined) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = " ".repeat(name.length) + rest.slice(end + 1);
  }
  return [...lines, rest];
}

/** The last space at which a line may end, else the first one after it; none before `from`. */
function breakBefore(line: string, columns: number, from: number): number | undefined {
  const last = line.lastIndexOf(" ", columns);
  if (last >= from) return last;
  const next = line.indexOf(" ", Math.max(columns, from));
  return next < 0 ? undefined : next;
}
