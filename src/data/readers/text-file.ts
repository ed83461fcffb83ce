import { InputError } from "../../base/errors.js";
import { requiredColumns, type TextRow } from "./carried-columns.js";
import { refuseLongDocument } from "./document-bound.js";
import { fileContains, readLines } from "./lines.js";
import type { ReadOptions } from "./read-options.js";

const END_OF_DOCUMENT = "<|endoftext|>";

/** The documents of a plain text file: separated by `<|endoftext|>` if it occurs in the file, else by blank lines. */
export async function* readTextFile(path: string, options: ReadOptions): AsyncGenerator<TextRow> {
  const { carry } = options;
  const [wanted] = carry === undefined ? [] : requiredColumns(carry);
  if (wanted !== undefined) throw new InputError(`${path} has no column ${wanted}: a .txt file holds text alone`);
  const rowOf = (text: string): TextRow => ({ text, values: carry && {} });
  const marked = await fileContains(path, END_OF_DOCUMENT, options.signal);
  let current: string[] = [];
  let characters = 0;
  const finish = () => {
    const text = current.join("\n").trim();
    current = [];
    characters = 0;
    return text;
  };
  for await (const { text: line } of readLines(path, options)) {
    const [first, ...others] = marked ? line.split(END_OF_DOCUMENT) : [line];
    current.push(first);
    const finished = others.map((start) => {
      const text = finish();
      current.push(start);
      return text;
    });
    characters += current[current.length - 1].length + 1;
    refuseLongDocument(path, characters - 1);
    if (!marked && line.trim() === "") finished.push(finish());
    // Separators in a row have nothing between them; positions count documents.
    for (const text of finished) if (text !== "") yield rowOf(text);
  }
  const last = finish();
  if (last !== "") yield rowOf(last);
}
