import { InputError } from "../base/errors.js";
import { ContentDigest, sameBytes } from "./content-digest.js";
import { fitsModel, LEVELS, type ModelSize } from "./levels.js";

/** No text begins like this, and no other format that is known. */
export const MAGIC = [0x8c, 0x4c, 0x4c, 0x5a];
/** Grows whenever the bytes that are made change: each version reads its own. */
export const VERSION = 1;
/** Stands in place of a level in a file of another kind: one that was coded by a learner (learned-compression/). */
export const LEARNED = 0;
const CHECKED = 8;
const CHECK = 4;

/** So many first bytes of a file tell its kind. */
export const KIND_BYTES = MAGIC.length + 2;

/** Whether these first bytes of a file are those of a learner's. */
export function isLearned(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte) && bytes[MAGIC.length + 1] === LEARNED;
}

/** Bytes of a header. */
export const HEADER_BYTES = CHECKED + CHECK;

/** The header of a compressed file (docs/FORMAT.md): all that a decoder must know of the model. */
export function writeHeader({ level, slotBits, historyBits }: ModelSize): Uint8Array {
  const checked = Uint8Array.of(...MAGIC, VERSION, level, slotBits, historyBits);
  return Uint8Array.of(...checked, ...checkOf(checked));
}

/**
 * What a header says. Nothing is allocated by it before it was found to be within the bounds of its level.
 *
 * @param name of the file, for messages
 * @throws InputError where it is no header of this version, is damaged, or asks for more memory than any level takes
 */
export function readHeader(bytes: Uint8Array, name: string): ModelSize {
  if (!MAGIC.every((byte, i) => bytes[i] === byte))
    throw new InputError(`${name} is not a file that learning-law compress has made, or its first bytes are damaged`);
  if (bytes.length < HEADER_BYTES) throw new InputError(`${name} is cut short: it ends within its header`);
  if (!sameBytes(checkOf(bytes.subarray(0, CHECKED)), bytes.subarray(CHECKED, HEADER_BYTES)))
    throw new InputError(`${name} is damaged: its header does not match its check`);
  const [version, level, slotBits, historyBits] = bytes.subarray(MAGIC.length);
  if (version !== VERSION)
    throw new InputError(`${name} is of version ${version} of the format, and this program reads version ${VERSION}`);
  const size = { level, slotBits, historyBits };
  if (!fitsModel(size))
    throw new InputError(`${name} asks for a model that no level from 1 to ${LEVELS} has, and is not read`);
  return size;
}

function checkOf(checked: Uint8Array): Uint8Array {
  const digest = new ContentDigest();
  digest.add(checked);
  return digest.check().subarray(0, CHECK);
}
