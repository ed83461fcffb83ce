import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Row } from "../../../src/serve/protocol.js";
import { ago, duration, number, times } from "../format.js";
import { Link } from "../place.js";
import { Scroll } from "../scroll.js";
import { arrived, kind, order, progressOf, query, rows, type SortKey, shown, state, watchList } from "./rows.js";
import { Sparkline } from "./sparkline.js";
import { Progress, StateBadge } from "./state-badge.js";

/** Rows that are drawn at first; more on demand. */
const FIRST = 200;

const COLUMNS: readonly { sort: SortKey; name: string; class: string }[] = [
  { sort: "id", name: "Run", class: "name" },
  { sort: "kind", name: "Kind", class: "wide column" },
  { sort: "state", name: "State", class: "column" },
  { sort: "progress", name: "Progress", class: "middle broad column" },
  { sort: "secondsLeft", name: "Time left", class: "wide number column" },
  { sort: "loss", name: "Test loss", class: "number column" },
  { sort: "acceleration", name: "Acceleration", class: "wide number column" },
  { sort: "changed", name: "Changed", class: "wide number column" },
];

/** The list of all runs. */
export function ListView() {
  useEffect(watchList, []);
  useEffect(() => {
    document.title = "Runs – learning-law";
  }, []);
  const limit = useSignal(FIRST);
  const ids = shown.value;
  const kinds = useComputed(() => [...new Set([...rows.value.values()].map((row) => row.value.kind))].sort());
  const states = useComputed(() => [...new Set([...rows.value.values()].map((row) => row.value.state))].sort());
  return (
    <>
      <h1>Runs</h1>
      <search>
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            Search
            <input type="search" value={query} onInput={(event) => (query.value = event.currentTarget.value)} />
          </label>
          <Choice name="Kind" chosen={kind} among={kinds.value} />
          <Choice name="State" chosen={state} among={states.value} />
          <p class="quiet" role="status">
            {arrived.value ? `${ids.length} of ${rows.value.size}` : ""}
          </p>
        </form>
      </search>
      <Scroll label="List of runs">
        <table class="runs">
          <thead>
            <tr>
              {COLUMNS.map((column) => (
                <Heading key={column.sort} {...column} />
              ))}
              <th scope="col" class="wide column">
                Curve
              </th>
            </tr>
          </thead>
          <tbody>
            {ids.slice(0, limit.value).map((id) => {
              const row = rows.value.get(id);
              return row && <Entry key={id} row={row} />;
            })}
          </tbody>
        </table>
      </Scroll>
      {ids.length > limit.value && (
        <p>
          <button type="button" onClick={() => (limit.value += FIRST)}>
            Show {Math.min(FIRST, ids.length - limit.value)} more
          </button>
        </p>
      )}
      {arrived.value && rows.value.size === 0 && (
        <p class="lead">
          There are no runs here yet. <Link to={{ form: true }}>Start one</Link>, or let{" "}
          <code>learning-law search</code> or <code>learning-law train</code> write into this folder: they appear while
          they run.
        </p>
      )}
    </>
  );
}

function Choice({ name, chosen, among }: { name: string; chosen: Signal<string>; among: readonly string[] }) {
  return (
    <label>
      {name}
      <select value={chosen.value} onChange={(event) => (chosen.value = event.currentTarget.value)}>
        <option value="">all</option>
        {among.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}

function Heading({ sort, name, class: style }: { sort: SortKey; name: string; class: string }) {
  const { key, down } = order.value;
  const isChosen = key === sort;
  return (
    <th scope="col" class={style} aria-sort={isChosen ? (down ? "descending" : "ascending") : undefined}>
      <button type="button" class="sort" onClick={() => (order.value = { key: sort, down: isChosen ? !down : false })}>
        {name} <span aria-hidden="true">{isChosen ? (down ? "▼" : "▲") : ""}</span>
      </button>
    </th>
  );
}

function Entry({ row }: { row: Signal<Row> }) {
  const { id, kind, state, note, done, of, unit, secondsLeft, loss, acceleration, changed, spark } = row.value;
  const part = progressOf(row.value);
  return (
    <tr>
      <th scope="row" class="name">
        <Link to={{ run: id }}>{id}</Link>
        {note !== "" && <span class="note">{note}</span>}
      </th>
      <td class="wide">{kind}</td>
      <td>
        <StateBadge state={state} />
      </td>
      <td class="middle progress">
        <Progress part={part} label={`Progress of ${id}`} />
        <span class="quiet">
          {done === null ? "" : `${number(done)}${of === null ? "" : ` / ${number(of)}`} ${unit}`}
        </span>
      </td>
      <td class="wide number">{secondsLeft === null ? "" : duration(secondsLeft)}</td>
      <td class="number">{loss === null ? "" : number(loss)}</td>
      <td class="wide number">{acceleration === null ? "" : times(acceleration)}</td>
      <td class="wide number">
        <time dateTime={new Date(changed).toISOString()}>{ago(changed)}</time>
      </td>
      <td class="wide">
        <Sparkline values={spark} />
      </td>
    </tr>
  );
}
