import { signal } from "@preact/signals";

/** What is to be said of the connection to the server; "" where it is there. */
export const connection = signal("");

const LOST = "The server does not answer; trying again …";
const OTHER = "The server was started anew: open the link that it has printed.";
const RETRY = 1500;

/** A request that was refused, in the server's words. */
export class Refused extends Error {}

let token: string | undefined;

/** Asks the server. Throws Refused with what it says where it refuses. */
export async function ask<Answer>(
  path: string,
  query: Readonly<Record<string, string | readonly string[]>> = {},
): Promise<Answer> {
  return answerOf(await fetch(urlOf(path, query)));
}

/** Has the server change something. Throws Refused with what it says where it refuses. */
export async function send<Answer>(path: string, body: unknown): Promise<Answer> {
  token ??= (await ask<{ change: string }>("/api/session")).change;
  const headers = { "content-type": "application/json", "x-learning-law": token };
  return answerOf(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** An address of the server's. */
export function urlOf(path: string, query: Readonly<Record<string, string | readonly string[]>>): string {
  const parameters = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) parameters.append(name, value);
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Refused(answer.error ?? "the server refuses");
}

/**
 * Listens to a stream of the server's, again and again until the function that is returned is called.
 *
 * @param on what to do with each event, by its name; its data are what JSON holds
 * @param onBeginning before the first event of each connection, since the server then begins anew
 */
export function listen<Events extends object>(
  url: string,
  on: { readonly [Name in keyof Events]: (data: Events[Name]) => void },
  onBeginning: () => void,
): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(url);
    source.onopen = () => {
      connection.value = "";
      onBeginning();
    };
    for (const name of Object.keys(on) as (keyof Events & string)[])
      source.addEventListener(name, (event) => on[name](JSON.parse((event as MessageEvent).data)));
    const mine = source;
    source.onerror = async () => {
      mine.close();
      const refused = await isRefused();
      if (source !== mine) return;
      connection.value = refused ? OTHER : LOST;
      retry = setTimeout(open, RETRY);
    };
  };
  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  // A browser has few connections to one server for all of its pages: one that nobody sees gives its own back.
  const look = () => {
    close();
    if (!document.hidden) open();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    close();
  };
}

async function isRefused(): Promise<boolean> {
  try {
    return (await fetch("/api/session")).status === 403;
  } catch {
    return false;
  }
}
