import type { Examples } from "../data/examples.js";

/** The id of a byte; 0 is padding, where a stream is over. */
const idOf = (byte: number) => BigInt(byte + 1);
/** Stands before the first byte of a stream. */
const BEFORE = idOf(0);

/**
 * Content of n bytes, cut into S streams of m = ceil(n / S) bytes that are read side by side, each of T = ceil(m / L) segments
 * of L bytes. Example t S + s is segment t of stream s with the byte before it: L + 1 ids, of which L are predicted.
 */
export class ByteStreams {
  /** T. */
  readonly segments: number;
  /** All T S of them: of what is not decoded yet the ids are padding. */
  readonly examples: Examples;
  private readonly ids: BigInt64Array;
  private readonly streamLength: number;

  /**
   * @param length n, at least 1
   * @param streams S
   * @param segment L
   */
  constructor(
    private readonly length: number,
    private readonly streams: number,
    private readonly segment: number,
  ) {
    this.streamLength = Math.ceil(length / streams);
    this.segments = Math.ceil(this.streamLength / segment);
    const count = this.segments * streams;
    this.ids = new BigInt64Array(count * (segment + 1));
    this.examples = { count, fields: { tokens: { data: this.ids, rowShape: [segment + 1] } } };
    for (let s = 0; s < streams; s++) this.ids[s * (segment + 1)] = BEFORE;
  }

  /** The place in the content of byte i of a segment of a stream; undefined behind the stream's end. */
  place(t: number, s: number, i: number): number | undefined {
    const within = t * this.segment + i;
    const place = s * this.streamLength + within;
    return within < this.streamLength && place < this.length ? place : undefined;
  }

  /** Says what byte stands there. */
  put(t: number, s: number, i: number, byte: number): void {
    const row = (t * this.streams + s) * (this.segment + 1);
    this.ids[row + i + 1] = idOf(byte);
    // The last byte of a segment stands before the next.
    const next = row + this.streams * (this.segment + 1);
    if (i === this.segment - 1 && next < this.ids.length) this.ids[next] = idOf(byte);
  }

  /** The examples of segment t of all streams. */
  rows(t: number): Int32Array {
    return Int32Array.from({ length: this.streams }, (_, s) => t * this.streams + s);
  }

  /** Their ids, [S, L + 1]: a view. */
  batch(t: number): BigInt64Array {
    const size = this.streams * (this.segment + 1);
    return this.ids.subarray(t * size, (t + 1) * size);
  }
}
