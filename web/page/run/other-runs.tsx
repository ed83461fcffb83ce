import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EntryKind } from "../../../src/serve/protocol.js";
import { rows, watchList } from "../list/rows.js";
import { change, place } from "../place.js";
import { nameOf } from "./curve-section.js";
import { lineColor } from "./growing-curve.js";

/** Which runs are laid over this one: the first is the baseline. */
export function OtherRuns({ run, kind }: { run: string; kind: EntryKind }) {
  const isOpen = useSignal(false);
  useEffect(() => (isOpen.value ? watchList() : undefined), [isOpen.value]);
  const others = place.value.others ?? [];
  const choices = [...rows.value.values()]
    .map((row) => row.value)
    .filter((row) => row.kind === kind && row.id !== run && !others.includes(row.id));
  return (
    <div class="others">
      <label>
        Lay over
        <select
          value=""
          onFocus={() => (isOpen.value = true)}
          onPointerDown={() => (isOpen.value = true)}
          onChange={(event) => {
            const { value } = event.currentTarget;
            if (value !== "") change({ run, others: [...others, value] });
            event.currentTarget.value = "";
          }}
        >
          <option value="">{others.length === 0 ? "a baseline …" : "another run …"}</option>
          {choices.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      {others.map((id, i) => (
        <button
          type="button"
          class={`chip ${lineColor(i + 1)}`}
          key={id}
          onClick={() => change({ run, others: others.filter((other) => other !== id) })}
        >
          {nameOf(id)} <span aria-hidden="true">✕</span>
          <span class="hidden"> is laid over; take it off</span>
        </button>
      ))}
    </div>
  );
}
