import { Announcement } from "./announce.js";
import { connection } from "./connection.js";
import { ListView } from "./list/list-view.js";
import { NewRunView } from "./new-run/new-run-view.js";
import { go, Link, place } from "./place.js";
import { RunView } from "./run/run-view.js";

/** The whole page: what is shown follows from its address. */
export function App() {
  const { run, form } = place.value;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link to={{}} class="brand">
          learning-law
        </Link>
        <nav aria-label="Pages">
          <Link to={{}} current={run === undefined && !form}>
            Runs
          </Link>
          <Link to={{ form: true }} current={form === true}>
            New run
          </Link>
        </nav>
        <p class="connection" role="status">
          {connection.value}
        </p>
      </header>
      <main id="main">
        {form ? (
          <NewRunView onStarted={(id) => go({ run: id })} />
        ) : run === undefined ? (
          <ListView />
        ) : (
          <RunView key={run} id={run} />
        )}
      </main>
      <Announcement />
    </>
  );
}
