/**
 * Something the user gave is wrong. The message is one sentence that says what is wrong, where (file, line, key) and
 * what would be right. The command line prints it alone, without a stack, and exits with code 2.
 */
export class InputError extends Error {
  override name = "InputError";
}
