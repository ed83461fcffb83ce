import { ArithmeticDecoder, ArithmeticEncoder } from "./arithmetic-coder.js";
import { ByteModel, learner } from "./byte-model.js";
import { ContentDigest, sameBytes } from "./content-digest.js";
import type { ModelSize } from "./levels.js";

/** The most content of a block, in bytes: what is read ahead, and lost with a damaged block. */
export const LARGEST_BLOCK = 2 ** 20;
/** Content bytes between two moments at which others may go on. */
export const PORTION = 2 ** 12;

/** A block as it lies in the file, but for what it begins with: content coded or, where that is no shorter, as it is. */
export interface Block {
  readonly contentLength: number;
  readonly payload: Uint8Array;
  readonly check: Uint8Array;
}

/** Codes blocks of content one after the other, by one model that learns from all of them. */
export class BlockEncoder {
  private readonly model: ByteModel;
  private readonly digest = new ContentDigest();

  constructor(
    size: ModelSize,
    private readonly coder = new ArithmeticEncoder(),
  ) {
    this.model = new ByteModel(size);
  }

  /** Codes a block, a portion at each step; after each, so many of its bytes were read and so many made. */
  *encode(content: Uint8Array): Generator<{ read: number; made: number }, Block> {
    for (let from = 0; from < content.length; from += PORTION) {
      const to = Math.min(from + PORTION, content.length);
      for (let i = from; i < to; i++) this.model.code(this.coder, content[i]);
      yield { read: to, made: this.coder.length };
    }
    const coded = this.coder.finish();
    this.digest.add(content);
    const payload = coded.length < content.length ? coded : content;
    return { contentLength: content.length, payload, check: this.digest.check() };
  }
}

/** Reads what `BlockEncoder` coded. */
export class BlockDecoder {
  private readonly model: ByteModel;
  private readonly digest = new ContentDigest();

  constructor(size: ModelSize) {
    this.model = new ByteModel(size);
  }

  /** The content of a block, a portion at each step; undefined where it is not what its check says. */
  *decode({ contentLength, payload, check }: Block): Generator<{ read: number; made: number }, Uint8Array | undefined> {
    const content = new Uint8Array(contentLength);
    const isStored = payload.length === contentLength;
    if (isStored) content.set(payload);
    const decoder = new ArithmeticDecoder(payload);
    const coder = isStored ? learner : decoder;
    for (let from = 0; from < contentLength; from += PORTION) {
      const to = Math.min(from + PORTION, contentLength);
      for (let i = from; i < to; i++) content[i] = this.model.code(coder, content[i]);
      yield { read: isStored ? to : decoder.read, made: to };
    }
    this.digest.add(content);
    return sameBytes(this.digest.check(), check) ? content : undefined;
  }
}
