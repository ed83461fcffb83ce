/** The user pressed Ctrl-C; the message says how to go on. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** Ctrl-C, a polite kill, and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets Ctrl-C (a polite kill, a closed terminal) end `work` at its next step, through the signal; a second one ends it at once. */
export async function withInterrupt<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted(message));
  for (const signal of SIGNALS) process.once(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
