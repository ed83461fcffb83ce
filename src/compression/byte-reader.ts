/** Bytes as they come: from a file, from another program, from the network. */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Reads pieces of bytes, however large those are that come, and holds no more than it is asked for and one of these. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  private current: Uint8Array = new Uint8Array(0);
  /** How many bytes were handed out. */
  taken = 0;

  constructor(chunks: ByteChunks) {
    this.chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** The next bytes: as many as asked for or, where they end before, those that are left. */
  async take(most: number): Promise<Uint8Array> {
    if (this.current.length === 0) await this.fetch();
    if (this.current.length >= most) return this.handOut(most);
    const bytes = new Uint8Array(most);
    let filled = 0;
    for (; filled < most && this.current.length > 0; ) {
      const part = this.handOut(Math.min(most - filled, this.current.length));
      bytes.set(part, filled);
      filled += part.length;
      if (this.current.length === 0) await this.fetch();
    }
    return bytes.subarray(0, filled);
  }

  /** Nothing more is read: whoever gives the bytes may close what they come from. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  private handOut(count: number): Uint8Array {
    const part = this.current.subarray(0, count);
    this.current = this.current.subarray(count);
    this.taken += count;
    return part;
  }

  private async fetch(): Promise<void> {
    for (;;) {
      const { done, value } = await this.chunks.next();
      if (done) return;
      this.current = value;
      if (value.length > 0) return;
    }
  }
}
