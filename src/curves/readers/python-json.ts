/**
 * What JSON that Python wrote says. Python writes NaN and Infinity, which are no JSON: they are read as these words.
 *
 * @throws SyntaxError if it is no JSON otherwise
 */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replaceAll(/(?<=[:,[]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '"$1"'));
}
