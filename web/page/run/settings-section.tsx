import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { EntryState, RunSettings } from "../../../src/serve/protocol.js";
import { Command } from "../command-line.js";
import { ask } from "../connection.js";
import { Scroll } from "../scroll.js";

/** The configuration of a run, and what differs between it and those laid over it. */
export function SettingsSection({ run, others, state }: { run: string; others: readonly string[]; state: EntryState }) {
  const settings = useSignal<RunSettings | undefined>(undefined);
  const chosen = others.join("\n");
  // How it is to be resumed follows from its state.
  useEffect(() => {
    let open = true;
    ask<RunSettings>("/api/settings", { run, with: chosen === "" ? [] : chosen.split("\n") })
      .then((found) => {
        if (open) settings.value = found;
      })
      .catch(() => {});
    return () => {
      open = false;
    };
  }, [run, chosen, state]);
  const found = settings.value;
  if (found === undefined) return null;
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">Configuration</h2>
      {others.length > 0 && found.differences.length === 0 && <p>All of it is the same in these runs.</p>}
      {found.differences.length > 0 && (
        <Scroll label="What differs">
          <table>
            <caption>What differs</caption>
            <thead>
              <tr>
                <th scope="col">Key</th>
                {found.names.map((name) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.differences.map(({ key, values }) => (
                <tr key={key}>
                  <th scope="row">
                    <code>{key}</code>
                  </th>
                  {values.map((value, i) => (
                    <td key={found.names[i]}>{value === "" ? "–" : value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {found.resume !== null && (
        <>
          <p>This command goes on with it:</p>
          <Command line={found.resume} />
        </>
      )}
      <details>
        <summary>All of it</summary>
        <Scroll text label="The configuration">
          {found.config}
        </Scroll>
      </details>
    </section>
  );
}
