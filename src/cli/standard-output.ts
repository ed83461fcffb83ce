import { InputError } from "../base/errors.js";
import { asInputError } from "../files/atomic-file.js";

/** The command did what it should, and its result reached nobody. */
const LOSS_EXIT_CODE = 1;

/** Nobody reads what the command writes any more: it ends, and says nothing. */
export class ReaderGone extends Error {
  override name = "ReaderGone";
}

/** Where results go. What cannot be written there is not lost without a word. */
export class StandardOutput {
  private gone = false;

  /** @param errors is told in a sentence of a write that failed, unless it is because the reader has gone */
  constructor(
    private readonly stream: NodeJS.WritableStream,
    errors: NodeJS.WritableStream,
  ) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!this.gone && error.code !== "EPIPE") {
        errors.write(`learning-law: ${lossOf(error)}\n`);
        process.exitCode = LOSS_EXIT_CODE;
      }
      this.gone = true;
    });
  }

  /** Writes a part of a line. Throws ReaderGone where an earlier one could not be written. */
  write(text: string): void {
    if (this.gone) throw new ReaderGone();
    this.stream.write(text);
  }

  /** Writes bytes, and waits until the stream takes more. Throws ReaderGone as `write`. */
  async writeBytes(bytes: Uint8Array): Promise<void> {
    if (this.gone) throw new ReaderGone();
    await new Promise<void>((resolve) => this.stream.write(bytes, () => resolve()));
  }
}

function lossOf(error: NodeJS.ErrnoException): string {
  const known = asInputError(error, "the result could not be written to standard output");
  return known instanceof InputError ? known.message : `standard output failed: ${error.message}`;
}
