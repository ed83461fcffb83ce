/** How far it is. */
export interface ByteProgress {
  /** Bytes of what is read that are done with, those counted half that are still to be verified. */
  readonly done: number;
  /** Bytes of content so far, and of the compressed file that go with them. */
  readonly content: number;
  readonly compressed: number;
}

/** Milliseconds of computing after which others get their turn: signals, drawing. */
const TURN = 100;

/**
 * Computes portion by portion to the end, and lets others have their turn now and then.
 *
 * @param progress of what a portion gave
 * @throws the signal's reason where it is aborted
 */
export async function inPortions<Portion, Result>(
  portions: Generator<Portion, Result>,
  { onProgress, signal }: { readonly onProgress?: (progress: ByteProgress) => void; readonly signal?: AbortSignal },
  progress: (portion: Portion) => ByteProgress,
): Promise<Result> {
  for (let turnAt = performance.now() + TURN; ; ) {
    const { done, value } = portions.next();
    if (done) return value;
    if (performance.now() < turnAt) continue;
    onProgress?.(progress(value));
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    turnAt = performance.now() + TURN;
  }
}
