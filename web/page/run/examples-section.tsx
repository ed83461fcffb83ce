import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ExamplesPage } from "../../../src/serve/protocol.js";
import { ask, Refused } from "../connection.js";
import { number } from "../format.js";
import { Scroll } from "../scroll.js";

/** The examples with the most and the least weight, with their texts, which can be searched. */
export function ExamplesSection({ run, finished }: { run: string; finished: number | null }) {
  const order = useSignal<"most" | "least">("most");
  const query = useSignal("");
  const page = useSignal<ExamplesPage | undefined>(undefined);
  const refused = useSignal("");
  // It is asked for anew when more of the run is finished.
  const moment = refused.value === "" ? Math.floor((finished ?? 0) / 100) : finished;
  useEffect(() => {
    let open = true;
    const timer = setTimeout(async () => {
      try {
        const found = await ask<ExamplesPage>("/api/examples", { run, order: order.value, query: query.value });
        if (!open) return;
        page.value = found;
        refused.value = "";
      } catch (error) {
        if (open) refused.value = error instanceof Refused ? error.message : "The server does not answer.";
      }
    }, 250);
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [run, order.value, query.value, moment]);
  const found = page.value;
  const believes = found?.rows.some(({ belief }) => belief !== null);
  return (
    <section aria-labelledby="examples">
      <h2 id="examples">Examples</h2>
      <search aria-label="Examples">
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <label>
            Search in their texts
            <input type="search" value={query} onInput={(event) => (query.value = event.currentTarget.value)} />
          </label>
          <label>
            With
            <select value={order.value} onChange={(event) => (order.value = event.currentTarget.value as "most")}>
              <option value="most">the most weight</option>
              <option value="least">the least weight</option>
            </select>
          </label>
          <p class="quiet" role="status">
            {found === undefined
              ? refused.value
              : `${found.matching.toLocaleString("en")} of ${found.total.toLocaleString("en")}`}
          </p>
        </form>
      </search>
      {found !== undefined && (
        <Scroll label="Examples and their weights">
          <table class="examples">
            <thead>
              <tr>
                <th scope="col">Weight</th>
                {believes && <th scope="col">Belief</th>}
                <th scope="col">Text</th>
                <th scope="col">Spoiled</th>
              </tr>
            </thead>
            <tbody>
              {found.rows.map(({ example, weight, belief, text, perturbed }) => (
                <tr key={example}>
                  <td class="number">{number(weight, 3)}</td>
                  {believes && <td class="number">{number(belief, 3)}</td>}
                  <td class="text" dir="auto">
                    {text === "" ? `example ${example}` : text}
                  </td>
                  <td>{perturbed ? "yes" : "no"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}
