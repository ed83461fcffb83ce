import { expect } from "vitest";
import { InputError } from "../base/errors.js";

/** The message with which work refuses its input: an InputError of one line. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).not.toContain("\n");
  return error.message;
}

/** The message with which an action refuses its input, an InputError; "accepted" if it does not. */
export function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "accepted";
}
