import type { Carry } from "../../data/readers/carried-columns.js";
import { type CorpusFile, type Document, streamCorpus } from "../../data/readers/corpus.js";

/** The files of a corpus, read several times from the first document to the last, with how far they are read. */
export class ObservedCorpus {
  /** Of the pass under way: how much of the corpus's bytes is read, from 0 to 1. */
  fraction = 0;
  private readonly bytes: number;

  /**
   * @param carry columns that go along
   * @param signal aborting it ends a pass at its next document
   */
  constructor(
    readonly files: readonly CorpusFile[],
    private readonly column?: string,
    readonly carry: Carry = { columns: [] },
    private readonly signal?: AbortSignal,
  ) {
    this.bytes = files.reduce((total, file) => total + file.bytes, 0);
  }

  async *documents(): AsyncGenerator<Document> {
    this.fraction = 0;
    const paths = this.files.map(({ path }) => path);
    const onRead = (bytes: number) => {
      this.fraction = bytes / this.bytes;
    };
    const { column, carry, signal } = this;
    const options = { column, columnOption: "--column", carry, onRead, signal };
    for await (const document of streamCorpus(paths, options)) yield document;
  }
}
