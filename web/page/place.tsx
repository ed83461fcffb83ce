import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

/** What the address of the page says: a run, with others over it, or the form of a new one, or else the list. */
export interface Place {
  readonly run?: string;
  readonly others?: readonly string[];
  readonly form?: boolean;
}

/** Where the page is. */
export const place = signal(read());

addEventListener("popstate", () => {
  place.value = read();
});

function read(): Place {
  const query = new URLSearchParams(location.search);
  return { run: query.get("run") ?? undefined, others: query.getAll("with"), form: query.has("new") };
}

/** The address of a place. */
export function addressOf({ run, others = [], form }: Place): string {
  const query = new URLSearchParams();
  if (run !== undefined) query.set("run", run);
  for (const other of others) query.append("with", other);
  if (form) query.set("new", "");
  const text = query.toString();
  return text === "" ? "/" : `/?${text}`;
}

/** Goes there; the back button leads back. */
export function go(to: Place): void {
  history.pushState(null, "", addressOf(to));
  place.value = read();
  scrollTo(0, 0);
}

/** The same run with others over it: no step for the back button. */
export function change(to: Place): void {
  history.replaceState(null, "", addressOf(to));
  place.value = read();
}

/** A link within the page. */
export function Link(props: { to: Place; current?: boolean; class?: string; children: ComponentChildren }) {
  const { to, current, children } = props;
  return (
    <a
      href={addressOf(to)}
      class={props.class}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
