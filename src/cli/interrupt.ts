/** The user pressed Ctrl-C; the message says how to go on. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Lets Ctrl-C (or a polite kill) end `work` at its next step, through the signal; a second one ends it at once. */
export async function withInterrupt<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted(message));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
