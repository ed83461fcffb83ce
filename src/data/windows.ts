import type { Row } from "./packing.js";

/** The ids of a document. */
export type Ids = Uint16Array | Int32Array;

/**
 * The windows of many documents, as `packDocuments` cuts them, cut when they are asked for: of every document its tokens are
 * held, two or four bytes each, which is a small part of what its windows would take.
 */
export class Windows {
  private readonly documents: Ids[] = [];
  /** The number of the first window of each document. */
  private readonly firsts: number[] = [];
  private total = 0;

  /** @param length predicted tokens in a window */
  constructor(
    private readonly length: number,
    private readonly separator: number,
  ) {}

  /** The number of windows. */
  get count(): number {
    return this.total;
  }

  /** Takes the next document, given by its ids without separators. Returns the number of its windows. */
  add(ids: Ids): number {
    const windows = this.windowsIn(ids);
    this.documents.push(ids);
    this.firsts.push(this.total);
    this.total += windows;
    return windows;
  }

  /** The number of windows of each document. */
  get counts(): number[] {
    return this.documents.map((ids) => this.windowsIn(ids));
  }

  /** Window i = 0 .. count - 1, in the order of the documents. */
  row(i: number): Row {
    const document = this.documentOf(i);
    const window = i - this.firsts[document];
    // A separator stands before the document and after it: place i of the two is token i - 1 of the document.
    const [start, end] = [window * this.length, (window + 1) * this.length + 1];
    const ids = this.documents[document];
    const tokens = Array.from(ids.subarray(Math.max(0, start - 1), end - 1));
    if (start === 0) tokens.unshift(this.separator);
    if (end >= ids.length + 2) tokens.push(this.separator);
    return { document, window, tokens };
  }

  private windowsIn({ length }: Ids): number {
    return Math.ceil(length / this.length);
  }

  private documentOf(i: number): number {
    let [low, high] = [0, this.firsts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.firsts[middle] <= i) low = middle;
      else high = middle;
    }
    return low;
  }
}
