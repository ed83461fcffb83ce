import { readLines } from "./lines.js";

const END_OF_DOCUMENT = "<|endoftext|>";

/** The documents of a plain text file: separated by `<|endoftext|>` if it occurs in the file, else by blank lines. */
export async function readTextFile(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(path)) lines.push(line.text);
  const marked = lines.some((line) => line.includes(END_OF_DOCUMENT));

  const documents: string[] = [];
  let current: string[] = [];
  const finish = () => {
    const text = current.join("\n").trim();
    // Separators in a row have nothing between them; positions count documents.
    if (text !== "") documents.push(text);
    current = [];
  };
  for (const line of lines) {
    const [first, ...others] = marked ? line.split(END_OF_DOCUMENT) : [line];
    current.push(first);
    for (const start of others) {
      finish();
      current.push(start);
    }
    if (!marked && line.trim() === "") finish();
  }
  finish();
  return documents;
}
