import { wasmVersion } from "#runtime-backend";
import { InputError } from "../base/errors.js";
import { inBytes } from "../base/words.js";
import { ArithmeticDecoder, ArithmeticEncoder } from "../compression/arithmetic-coder.js";
import { CHECK_BYTES, ContentDigest, sameBytes } from "../compression/content-digest.js";
import type { DescribedPart } from "../compression/describing-encoder.js";
import { isLearned, LEARNED, MAGIC, VERSION } from "../compression/header.js";
import type { ByteProgress } from "../compression/portions.js";
import { ByteLearner } from "./byte-learner.js";
import {
  checkedSettings,
  type LearnerSettings,
  readSettings,
  SETTINGS_BYTES,
  settingsBytes,
} from "./learner-settings.js";

/** The most content: it is held whole, and every byte of it costs a decoder a run of the model. */
export const MOST_CONTENT = 2 ** 26;

const CHECK = 4;
/** magic, version, kind, settings, the runtime's version, two lengths; then their check. */
const FIELDS = MAGIC.length + 2 + SETTINGS_BYTES + 3 + 4 + 4;
/** Bytes of a header, the payload's check in it. */
export const LEARNED_HEADER_BYTES = FIELDS + 2 * CHECK;

/** What compressing by a learner gives. */
export interface LearnedCompression {
  readonly file: Uint8Array;
  /** What its code would be without rounding, in bits: the area under the training loss. */
  readonly descriptionBits: number;
}

interface Options {
  /** Called with every segment of all streams that is coded: what a step of learning is on, and its loss in bits. */
  readonly onDescribed?: (part: DescribedPart) => void;
  readonly onProgress?: (progress: ByteProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Compresses content by a transformer that learns it as it reads (`ByteLearner`). Gives a file of its own kind (docs/FORMAT.md).
 *
 * @throws InputError for settings out of their bounds and for content that is larger than 64 MiB; the signal's reason
 */
export async function compressByLearning(
  content: Uint8Array,
  given: LearnerSettings,
  { onProgress, onDescribed, signal }: Options = {},
): Promise<LearnedCompression> {
  const settings = checkedSettings(given);
  if (content.length > MOST_CONTENT)
    throw new InputError(`a learner takes ${inBytes(MOST_CONTENT)} at most, and there are more; compress by a level`);
  const encoder = new ArithmeticEncoder();
  let [done, descriptionBits] = [0, 0];
  await overSegments(content.length, settings, signal, async (learner, t) => {
    const coded = await learner.encode(t, content, encoder);
    onDescribed?.(coded);
    descriptionBits += coded.bits;
    done += coded.bytes;
    onProgress?.({ done, content: done, compressed: encoder.length });
  });
  const payload = encoder.finish();
  const file = new Uint8Array(LEARNED_HEADER_BYTES + payload.length + CHECK_BYTES);
  file.set(await header(settings, content.length, payload));
  file.set(payload, LEARNED_HEADER_BYTES);
  file.set(digestOf(content), LEARNED_HEADER_BYTES + payload.length);
  return { file, descriptionBits };
}

/**
 * Gives back what `compressByLearning` was given.
 *
 * @param name of the file, for messages
 * @throws InputError where the file is damaged, of another version, or was made with another version of the runtime, whose
 *   numbers may be others; the signal's reason where it is aborted
 */
export async function decompressLearned(
  file: Uint8Array,
  name: string,
  { onProgress, signal }: Options = {},
): Promise<Uint8Array> {
  const { settings, length, payload, check } = await readLearned(file, name);
  const content = new Uint8Array(length);
  const decoder = new ArithmeticDecoder(payload);
  let done = 0;
  await overSegments(length, settings, signal, async (learner, t) => {
    done += (await learner.decode(t, content, decoder)).bytes;
    const read = LEARNED_HEADER_BYTES + decoder.read;
    onProgress?.({ done: Math.round((file.length * done) / length), content: done, compressed: read });
  });
  if (!sameBytes(digestOf(content), check))
    throw new InputError(`${name} gives content that does not match its check; it was made where arithmetic is other`);
  return content;
}

async function overSegments(
  length: number,
  settings: LearnerSettings,
  signal: AbortSignal | undefined,
  code: (learner: ByteLearner, t: number) => Promise<void>,
): Promise<void> {
  if (length === 0) return;
  const learner = await ByteLearner.create(length, settings);
  try {
    for (let t = 0; t < learner.segments; t++) {
      signal?.throwIfAborted();
      await code(learner, t);
    }
  } finally {
    await learner.release();
  }
}

async function header(settings: LearnerSettings, length: number, payload: Uint8Array): Promise<Uint8Array> {
  const bytes = new Uint8Array(LEARNED_HEADER_BYTES);
  bytes.set([...MAGIC, VERSION, LEARNED, ...settingsBytes(settings), ...(await runtimeBytes())]);
  const view = new DataView(bytes.buffer);
  view.setUint32(FIELDS - 8, length);
  view.setUint32(FIELDS - 4, payload.length);
  bytes.set(digestOf(payload).subarray(0, CHECK), FIELDS);
  bytes.set(digestOf(bytes.subarray(0, FIELDS + CHECK)).subarray(0, CHECK), FIELDS + CHECK);
  return bytes;
}

async function readLearned(file: Uint8Array, name: string) {
  const checked = FIELDS + CHECK;
  if (!isLearned(file)) throw new InputError(`${name} is not a file that a learner has made`);
  if (file.length < LEARNED_HEADER_BYTES) throw new InputError(`${name} is cut short: it ends within its header`);
  if (!sameBytes(digestOf(file.subarray(0, checked)).subarray(0, CHECK), file.subarray(checked, checked + CHECK)))
    throw new InputError(`${name} is damaged: its header does not match its check`);
  const version = file[MAGIC.length];
  if (version !== VERSION)
    throw new InputError(`${name} is of version ${version} of the format, and this program reads version ${VERSION}`);
  const at = MAGIC.length + 2;
  const settings = readSettings(file.slice(at, at + SETTINGS_BYTES));
  const made = file.subarray(at + SETTINGS_BYTES, at + SETTINGS_BYTES + 3).join(".");
  const here = (await runtimeBytes()).join(".");
  if (made !== here)
    throw new InputError(
      `${name} was made with version ${made} of ONNX Runtime Web, and this is ${here}; use that one`,
    );
  const view = new DataView(file.buffer, file.byteOffset);
  const [length, size] = [view.getUint32(FIELDS - 8), view.getUint32(FIELDS - 4)];
  if (length > MOST_CONTENT)
    throw new InputError(`${name} asks for more content than a learner takes, and is not read`);
  const payload = file.subarray(LEARNED_HEADER_BYTES, LEARNED_HEADER_BYTES + size);
  const check = file.subarray(LEARNED_HEADER_BYTES + size);
  if (payload.length < size || check.length < CHECK_BYTES) throw new InputError(`${name} is cut short`);
  if (check.length > CHECK_BYTES) throw new InputError(`${name} is damaged: bytes follow its end`);
  if (!sameBytes(digestOf(payload).subarray(0, CHECK), file.subarray(FIELDS, FIELDS + CHECK)))
    throw new InputError(`${name} is damaged: its bytes do not match their check`);
  return { settings, length, payload, check };
}

/** major, minor, patch. */
async function runtimeBytes(): Promise<number[]> {
  return (await wasmVersion()).split(/[.-]/).slice(0, 3).map(Number);
}

function digestOf(bytes: Uint8Array): Uint8Array {
  const digest = new ContentDigest();
  digest.add(bytes);
  return digest.check();
}
