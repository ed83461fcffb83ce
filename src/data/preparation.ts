/** Whom the preparation of data tells what it is at, and who may end it. */
export interface Preparation {
  /** Aborting it ends the preparation, which throws its reason. */
  readonly signal?: AbortSignal;
  /** Called when a part begins that may take long, with what it does: `learning the tokenizer`. */
  readonly onStage?: (doing: string) => void;
}

/** Lets what waits to be heard, such as Ctrl-C, be heard. Throws the signal's reason where it is aborted. */
export async function pause({ signal }: Preparation): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}
