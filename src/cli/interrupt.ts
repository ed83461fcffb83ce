/** The user pressed Ctrl-C; the message says how to go on. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Ctrl-C, a polite kill, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Lets Ctrl-C (a polite kill, a closed terminal) end `work` at its next step, through the signal; a second one ends it at once.
 *
 * @param message says how to go on, once it has ended
 * @throws Interrupted where it was so ended
 */
export async function withInterrupt<T>(message: () => string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const reason = new Interrupted();
  const stop = onInterrupt(() => controller.abort(reason));
  try {
    return await work(controller.signal);
  } catch (error) {
    throw error === reason ? new Interrupted(message()) : error;
  } finally {
    stop();
  }
}

/** Has the first Ctrl-C (a polite kill, a closed terminal) do this, until the function that is returned is called. */
export function onInterrupt(interrupt: () => void): () => void {
  for (const signal of SIGNALS) process.once(signal, interrupt);
  return () => {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  };
}
