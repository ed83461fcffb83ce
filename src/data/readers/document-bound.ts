import { InputError } from "../../base/errors.js";

/** Characters; what is made of a document while it is cut into tokens grows with them. */
export const LONGEST_DOCUMENT = 2 ** 24;

/** @throws InputError if a document of this many characters, or the beginning of one, is too long to be cut into tokens */
export function refuseLongDocument(path: string, characters: number): void {
  if (characters > LONGEST_DOCUMENT)
    throw new InputError(
      `${path} has a document of more than ${LONGEST_DOCUMENT} characters, the most that one may have; ` +
        "divide it into several.",
    );
}
