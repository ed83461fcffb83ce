import { computed, type Signal, signal } from "@preact/signals";
import type { ListEvents, Row } from "../../../src/serve/protocol.js";
import { listen } from "../connection.js";

/** Every entry of the served folder, each a signal of its own: what changes in one leaves the others as they are. */
export const rows = signal<ReadonlyMap<string, Signal<Row>>>(new Map());
/** Whether the server has said what there is. */
export const arrived = signal(false);

/** What the list is narrowed to, and its order. */
export const query = signal("");
export const kind = signal("");
export const state = signal("");
export const order = signal<{ key: SortKey; down: boolean }>({ key: "changed", down: true });

export type SortKey = "id" | "kind" | "state" | "progress" | "secondsLeft" | "loss" | "acceleration" | "changed";

/** How much of an entry is done, from 0 to 1; null where that is not known. */
export function progressOf({ done, of }: Row): number | null {
  return done === null || of === null || of === 0 ? null : done / of;
}

function sortValue(row: Row, key: SortKey): string | number | null {
  return key === "progress" ? progressOf(row) : row[key];
}

/** run-2 comes before run-10. */
const inWords = new Intl.Collator("en", { numeric: true });

/** The ids of what is shown, in order. */
export const shown = computed(() => {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const { key, down } = order.value;
  const chosen = [...rows.value.values()]
    .map((row) => row.value)
    .filter((row) => {
      const text = `${row.id} ${row.kind} ${row.state} ${row.note}`.toLowerCase();
      const isOfKind = kind.value === "" || row.kind === kind.value;
      return (
        isOfKind && (state.value === "" || row.state === state.value) && words.every((word) => text.includes(word))
      );
    });
  const sign = down ? -1 : 1;
  chosen.sort((a, b) => {
    const [first, second] = [sortValue(a, key), sortValue(b, key)];
    if (first === second) return inWords.compare(a.id, b.id);
    // What has none comes last, either way.
    if (first === null || second === null) return first === null ? 1 : -1;
    return typeof first === "string"
      ? sign * inWords.compare(first, second as string)
      : sign * (first - (second as number));
  });
  return chosen.map(({ id }) => id);
});

/** Keeps the list as the server has it, until the function that is returned is called. */
export function watchList(): () => void {
  let isNew = true;
  return listen<ListEvents>(
    "/api/list",
    {
      rows: (changed) => {
        // After a lost connection all that is there comes anew, and what is not, has gone.
        const known = new Map(isNew ? [] : rows.value);
        let added = isNew;
        isNew = false;
        for (const row of changed) {
          const before = known.get(row.id) ?? rows.value.get(row.id);
          if (before === undefined) added = true;
          else before.value = row;
          known.set(row.id, before ?? signal(row));
        }
        if (added) rows.value = known;
        arrived.value = true;
      },
      gone: (ids) => {
        const known = new Map(rows.value);
        for (const id of ids) known.delete(id);
        rows.value = known;
      },
    },
    () => {
      isNew = true;
    },
  );
}
