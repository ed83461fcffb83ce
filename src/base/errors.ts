/** Characters; a longer message says what the user gave in full, and is cut in its middle. */
const LONGEST_MESSAGE = 2000;

/**
 * Something the user gave is wrong. The message is one sentence that says what is wrong, where (file, line, key) and
 * what would be right. The command line prints it alone, without a stack, and exits with code 2.
 */
export class InputError extends Error {
  override name = "InputError";

  constructor(message: string, options?: ErrorOptions) {
    super(shortened(message), options);
  }
}

/** A message, cut in its middle if it is long: what is wrong stands at the start, and what would be right at the end. */
export function shortened(message: string): string {
  const half = LONGEST_MESSAGE / 2;
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, half)} [...] ${message.slice(-half)}`;
}
