import { createReadStream, existsSync } from "node:fs";
import { InputError } from "../base/errors.js";
import { asInputError } from "../files/atomic-file.js";
import { writeStreamAtomically } from "../files/atomic-stream.js";
import { fileSize } from "../files/read-file.js";
import type { CommandContext } from "./command.js";

/** Standard input or output, in place of a file's path. */
export const STANDARD = "-";
const PORTION = 2 ** 20;

/** Bytes of a file or of standard input. */
export interface Content {
  /** What messages call it. */
  readonly name: string;
  /** The bytes as they come; waiting for them ends with the signal's reason where it is aborted. */
  readonly chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  /** How many come, where that is known. */
  readonly length: number | undefined;
}

/** Opens a file, or standard input. Throws InputError where it is no file that can be read. */
export function openContent(path: string): Content {
  if (path === STANDARD) return { name: "standard input", chunks: standardInput, length: undefined };
  return { name: path, chunks: () => fileChunks(path), length: fileSize(path) };
}

async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const stop = () => process.stdin.destroy(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    yield* process.stdin;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PORTION });
  } catch (error) {
    throw asInputError(error, `cannot read ${path}`);
  }
}

/**
 * Where bytes go: as it was given or, where it was not, to the default, but not in place of a file that is there.
 *
 * @throws InputError where that file is there
 */
export function chosenOutput(given: string | undefined, byDefault: () => string): string {
  if (given !== undefined) return given;
  const out = byDefault();
  if (out === STANDARD || !existsSync(out)) return out;
  throw new InputError(`${out} exists; --out names another file, or this one to have it replaced`);
}

/** Writes bytes to a file, which appears when it is whole, or to standard output; returns how many there were. */
export async function writeContent(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
  { writeBytes }: Pick<CommandContext, "writeBytes">,
): Promise<number> {
  if (path !== STANDARD) return writeStreamAtomically(path, pieces);
  let written = 0;
  for await (const piece of pieces) {
    await writeBytes(piece);
    written += piece.length;
  }
  return written;
}

/** What messages call where bytes go. */
export function outputName(out: string): string {
  return out === STANDARD ? "standard output" : out;
}

/** What can be done about an interrupted command that writes there. */
export function startAgain(out: string): string {
  return out === STANDARD ? "what was written is not whole; start it again" : "nothing was written; start it again";
}

/** Throws InputError where content and a JSON object would both go to standard output. */
export function refuseJsonBeside(out: string, json: boolean): void {
  if (out === STANDARD && json) throw new InputError("--json prints where the bytes would go; give --out a file");
}
