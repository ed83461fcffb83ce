import type { EntryState } from "../../../src/serve/protocol.js";

const SIGNS: Record<EntryState, string> = {
  ...{ running: "▶", finished: "✓", stopped: "❚❚", failed: "✕", empty: "○", broken: "!" },
};

/** How an entry stands, as a word with a sign: not by its colour alone. */
export function StateBadge({ state }: { state: EntryState }) {
  return (
    <span class={`badge ${state}`}>
      <span aria-hidden="true">{SIGNS[state]}</span> {state}
    </span>
  );
}

/** How far it is, as a bar; the words beside it say the same. */
export function Progress({ part, label }: { part: number | null; label: string }) {
  return part === null ? null : <progress value={part} max={1} aria-label={label} />;
}
