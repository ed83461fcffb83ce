import { useComputed } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Row } from "../../../src/serve/protocol.js";
import { announce } from "../announce.js";
import { Refused, send } from "../connection.js";
import { duration, number, times } from "../format.js";
import { progressOf } from "../list/rows.js";
import { Progress, StateBadge } from "../list/state-badge.js";
import { Link, place } from "../place.js";
import { Scroll } from "../scroll.js";
import { CurveSection } from "./curve-section.js";
import { ExamplesSection } from "./examples-section.js";
import { FiguresSection } from "./figures-section.js";
import { PolicySection } from "./policy-section.js";
import { WatchedRun, watchRuns } from "./run-stream.js";
import { SettingsSection } from "./settings-section.js";
import { TextSection } from "./text-section.js";

/** Everything about one run. */
export function RunView({ id }: { id: string }) {
  const [run, ...others] = useRuns(id, (place.value.others ?? []).join("\n"));
  useEffect(() => {
    document.title = `${id} – learning-law`;
  }, [id]);
  const row = run.row.value;
  if (run.gone.value)
    return (
      <>
        <h1>{id}</h1>
        <p class="lead" role="status">
          There is no such run, or not any more. <Link to={{}}>All runs</Link>
        </p>
      </>
    );
  if (row === undefined) return <h1>{id}</h1>;
  const isRun = row.kind === "search" || row.kind === "training";
  const hasConfig = isRun || row.kind === "seeds";
  const isDrawn = (isRun && row.state === "finished") || row.kind === "seeds" || row.kind === "selection";
  return (
    <>
      <Head row={row} />
      {isRun && <CurveSection run={run} others={others} kind={row.kind} />}
      {row.kind === "search" && <PolicySection run={row.id} finished={row.done} />}
      {row.kind === "training" && <TextSection run={row.id} />}
      {isRun && <ExamplesSection run={row.id} finished={row.done} />}
      {hasConfig && <SettingsSection run={row.id} others={others.map((other) => other.id)} state={row.state} />}
      {isDrawn && <FiguresSection run={row.id} others={others.map((other) => other.id)} />}
      <Log run={run} />
    </>
  );
}

/**
 * A run, and those that are laid over it, over one connection.
 *
 * @param others their ids, one on each line
 */
function useRuns(id: string, others: string): [WatchedRun, ...WatchedRun[]] {
  const run = useMemo(() => new WatchedRun(id), [id]);
  const runs = useMemo((): [WatchedRun, ...WatchedRun[]] => {
    return [run, ...others.split("\n").flatMap((other) => (other === "" ? [] : new WatchedRun(other)))];
  }, [run, others]);
  useEffect(() => watchRuns(runs), [runs]);
  return runs;
}

function Head({ row }: { row: Row }) {
  const { id, kind, state, note, done, of, unit, secondsLeft, loss, acceleration, stoppable, resumable } = row;
  const tiles = [
    {
      name: unit === "" ? "progress" : unit,
      value: done === null ? "–" : `${number(done)}${of === null ? "" : ` of ${number(of)}`}`,
    },
    { name: "time left", value: state !== "running" ? "–" : secondsLeft === null ? "?" : duration(secondsLeft) },
    { name: kind === "search" ? "final test loss of the best, nats" : "test loss, nats", value: number(loss) },
    ...(kind === "search" ? [{ name: "acceleration (one seed)", value: times(acceleration) }] : []),
  ];
  return (
    <div class="head">
      <p class="quiet">
        {kind} <StateBadge state={state} />
      </p>
      <h1>{id}</h1>
      {note !== "" && <p class={state === "broken" || state === "failed" ? "wrong" : "lead"}>{note}</p>}
      <Progress part={progressOf(row)} label="Progress" />
      <dl class="tiles">
        {tiles.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="actions">
        {stoppable && (
          <Action name="Stop" path="/api/stop" run={id} done="It ends after the step it is at, as with Ctrl-C." />
        )}
        {resumable && !stoppable && <Action name="Resume" path="/api/resume" run={id} done="It goes on." />}
        {state === "failed" && <Action name="Dismiss" path="/api/dismiss" run={id} done="Dismissed." />}
        {state === "running" && !stoppable && (
          <span class="quiet">It was started elsewhere: Ctrl-C there ends it.</span>
        )}
      </p>
    </div>
  );
}

function Action({ name, path, run, done }: { name: string; path: string; run: string; done: string }) {
  const act = async () => {
    try {
      await send(path, { run });
      announce(done);
    } catch (error) {
      announce(error instanceof Refused ? error.message : "The server does not answer.");
    }
  };
  return (
    <button type="button" onClick={act}>
      {name}
    </button>
  );
}

function Log({ run }: { run: WatchedRun }) {
  const lines = useComputed(() => run.log.value.trimEnd());
  return lines.value === "" ? null : (
    <section aria-labelledby="log" class="log">
      <h2 id="log">What the process says</h2>
      <Scroll text label="What the process says">
        {lines.value}
      </Scroll>
    </section>
  );
}
