import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComparedRuns, EntryKind, Row } from "../../../src/serve/protocol.js";
import { ask, Refused, urlOf } from "../connection.js";
import { times } from "../format.js";
import { GrowingCurve, type Line, type Mark } from "./growing-curve.js";
import { measuresOf } from "./measures.js";
import { OtherRuns } from "./other-runs.js";
import type { WatchedRun } from "./run-stream.js";

/** Between two comparisons of runs that grow, in milliseconds. */
const BETWEEN = 4000;
const UNITS = { step: "steps", tokens: "tokens", work: "gradients", seconds: "seconds" } as const;

/** The curve of a run, with others over it. */
export function CurveSection({
  run,
  others,
  kind,
}: {
  run: WatchedRun;
  others: readonly WatchedRun[];
  kind: EntryKind;
}) {
  const { over, of } = measuresOf(kind);
  const x = useSignal(over[0].key);
  const y = useSignal(of[0].key);
  const logarithmic = useSignal(false);
  const lines = useComputed(() =>
    [run, ...others].map((stream): Line => {
      stream.version.value;
      return { name: nameOf(stream.id), points: pointsOf(stream, x.value, y.value) };
    }),
  );
  const compared = useComparison(run, others[0], kind);
  const mark =
    compared !== undefined && y.value === "testLoss" ? markOf(compared, x.value as keyof typeof UNITS) : undefined;
  const name = (measures: typeof of, key: string) => measures.find((measure) => measure.key === key)!.name;
  return (
    <section aria-labelledby="curve">
      <h2 id="curve">Curve</h2>
      <div class="filters">
        <Measures label="Over" measures={over} chosen={x.value} choose={(key) => (x.value = key)} />
        <Measures label="Of" measures={of} chosen={y.value} choose={(key) => (y.value = key)} />
        <label class="check">
          <input
            type="checkbox"
            checked={logarithmic}
            onChange={(event) => (logarithmic.value = event.currentTarget.checked)}
          />
          logarithmic
        </label>
        <OtherRuns run={run.id} kind={kind} />
      </div>
      {compared !== undefined && <p class="found">{sentenceOf(compared, nameOf(others[0].id))}</p>}
      <GrowingCurve
        lines={lines.value}
        x={name(over, x.value)}
        y={name(of, y.value)}
        logarithmic={logarithmic.value}
        mark={mark}
      />
      <p>
        <a href={urlOf("/api/curve.csv", { run: run.id, download: "" })} download="curve.csv">
          All measurements as CSV
        </a>
      </p>
    </section>
  );
}

function Measures(props: {
  label: string;
  measures: ReturnType<typeof measuresOf>["of"];
  chosen: string;
  choose: (key: string) => void;
}) {
  return (
    <label>
      {props.label}
      <select value={props.chosen} onChange={(event) => props.choose(event.currentTarget.value)}>
        {props.measures.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The last part of a path, which is what the run is called. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function pointsOf(stream: WatchedRun, x: string, y: string): [number, number][] {
  return stream.curve().flatMap((point) => {
    const [at, value] = [point[x], point[y]];
    return Number.isFinite(at) && Number.isFinite(value) ? [[at, value] as [number, number]] : [];
  });
}

/** What the server says of two trainings, asked anew while they grow. */
function useComparison(run: WatchedRun, baseline: WatchedRun | undefined, kind: EntryKind): ComparedRuns | undefined {
  const compared = useSignal<ComparedRuns | undefined>(undefined);
  useEffect(() => {
    compared.value = undefined;
    if (baseline === undefined || kind !== "training") return;
    let open = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const found = await ask<ComparedRuns>("/api/compare", { run: run.id, with: baseline.id });
        if (open) compared.value = found;
      } catch (error) {
        // One of them has no evaluation yet, or they do not compare, which is said below.
        if (!(error instanceof Refused)) return;
        if (open) compared.value = { accelerations: null, note: error.message, target: Number.NaN, reached: null };
      }
      const grows = [run, baseline].some(({ row }) => (row.peek() as Row | undefined)?.state === "running");
      if (open && grows) timer = setTimeout(look, BETWEEN);
    };
    look();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [run, baseline, kind, run.row.value?.state, baseline?.row.value?.state]);
  return compared.value;
}

function markOf({ accelerations, reached, target }: ComparedRuns, x: keyof typeof UNITS): Mark | undefined {
  if (accelerations === null || reached === null) return undefined;
  const rate = accelerations[x === "step" ? "steps" : x];
  return { level: target, at: [reached[x], rate * reached[x]], text: inWords(rate, UNITS[x]) };
}

function inWords(rate: number, unit: string): string {
  return rate < 1 ? `${times(1 / rate)} later in ${unit}` : `${times(rate)} sooner in ${unit}`;
}

function sentenceOf({ accelerations, note, target }: ComparedRuns, baseline: string): string {
  if (note !== "") return `Beside ${baseline}, no acceleration: ${note}.`;
  if (accelerations === null) return `The test loss has not reached that of ${baseline}, ${target.toFixed(4)} nats.`;
  const { steps, tokens, work, seconds } = accelerations;
  const words = Object.entries({ steps, tokens, gradients: work, seconds })
    .filter(([, rate]) => Number.isFinite(rate))
    .map(([unit, rate]) => inWords(rate, unit));
  return `The newest test loss of ${baseline}, ${target.toFixed(4)} nats, was reached ${words.join(", ")} (one seed).`;
}
