import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CheckedRun, FormInfo, NewRun } from "../../../src/serve/protocol.js";
import { Command } from "../command-line.js";
import { ask, Refused, send } from "../connection.js";
import { FieldInput } from "./field-input.js";

const COMMANDS = [
  { name: "search", about: "find the weight of every example at every step" },
  { name: "train", about: "train in mini-batches, conventionally or under a policy" },
] as const;

/** Between what is typed and what is said of it, in milliseconds. */
const PAUSE = 300;

/** A new run: a form made from the configuration's schemas, and the command that it comes to. */
export function NewRunView({ onStarted }: { onStarted: (run: string) => void }) {
  const command = useSignal<NewRun["command"]>("search");
  const preset = useSignal("quickstart");
  /** What is typed of it so far. */
  const begin = useSignal(preset.value);
  const form = useSignal<FormInfo | undefined>(undefined);
  const settings = useSignal<Readonly<Record<string, string>>>({});
  /** The directory, once somebody has typed one. */
  const typed = useSignal<string | undefined>(undefined);
  const out = useComputed(() => typed.value ?? form.value?.out ?? "");
  const seeds = useSignal("");
  const report = useSignal(true);
  const checked = useSignal<CheckedRun>({ line: "", wrong: null });
  const said = useSignal("");

  useEffect(() => {
    document.title = "New run – learning-law";
  }, []);
  useEffect(() => {
    let open = true;
    ask<FormInfo>("/api/form", { command: command.value, preset: preset.value })
      .then((found) => {
        if (!open) return;
        form.value = found;
        said.value = "";
        // What was changed stays, where there is such a key.
        const keys = new Set(found.fields.map(({ key }) => key));
        settings.value = Object.fromEntries(Object.entries(settings.peek()).filter(([key]) => keys.has(key)));
      })
      .catch((error) => {
        if (open) said.value = error instanceof Refused ? error.message : "The server does not answer.";
      });
    return () => {
      open = false;
    };
  }, [command.value, preset.value]);

  const asked = useComputed(
    (): NewRun => ({
      ...{ command: command.value, preset: preset.value, settings: settings.value, out: out.value },
      ...{ seeds: seeds.value === "" ? null : Number(seeds.value), report: report.value },
    }),
  );
  useEffect(() => {
    let open = true;
    const timer = setTimeout(async () => {
      try {
        const found = await send<CheckedRun>("/api/check", asked.value);
        if (open) checked.value = found;
      } catch (error) {
        if (open && error instanceof Refused) checked.value = { line: "", wrong: error.message };
      }
    }, PAUSE);
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [asked.value]);

  const start = async (event: Event) => {
    event.preventDefault();
    said.value = "Starting …";
    try {
      const { run } = await send<{ run: string }>("/api/start", asked.value);
      onStarted(run);
    } catch (error) {
      said.value = error instanceof Refused ? error.message : "The server does not answer.";
    }
  };
  const set = (key: string, value: string, before: string) => {
    const { [key]: _, ...others } = settings.value;
    settings.value = value === before ? others : { ...others, [key]: value };
  };
  const fields = form.value?.fields ?? [];
  const chosenValue = (key: string) => settings.value[key] ?? fields.find((field) => field.key === key)?.value ?? "";
  const shown = fields.filter(({ of }) => of === null || chosenValue(of.key) === of.name);
  const sections = [...new Set(shown.map(({ key }) => sectionOf(key)))];
  return (
    <>
      <h1>New run</h1>
      <form onSubmit={start} class="new-run">
        <fieldset>
          <legend>What to do</legend>
          {COMMANDS.map(({ name, about }) => (
            <label class="check" key={name}>
              <input
                type="radio"
                name="command"
                checked={command.value === name}
                onChange={() => (command.value = name)}
              />
              <span>
                <b>{name}</b>: {about}
              </span>
            </label>
          ))}
        </fieldset>
        <div class="fields">
          <label>
            Begin with
            <input
              value={begin}
              list="presets"
              spellcheck={false}
              onInput={(event) => {
                begin.value = event.currentTarget.value;
              }}
              onChange={(event) => {
                preset.value = event.currentTarget.value;
              }}
            />
            <datalist id="presets">
              {form.value?.presets.map(({ name, about }) => (
                <option key={name} value={name}>
                  {about}
                </option>
              ))}
            </datalist>
            <span class="quiet">
              {form.value?.presets.find(({ name }) => name === preset.value)?.about ??
                "a preset, or the path of a YAML file"}
            </span>
          </label>
          <label>
            Directory
            <input
              value={out}
              onInput={(event) => (typed.value = event.currentTarget.value)}
              required
              spellcheck={false}
            />
            <span class="quiet">in the served folder</span>
          </label>
          <label>
            Seeds
            <input
              type="number"
              min={2}
              max={1000}
              value={seeds}
              placeholder="1"
              onInput={(event) => (seeds.value = event.currentTarget.value)}
            />
            <span class="quiet">several give medians with 95% intervals</span>
          </label>
          {command.value === "search" && (
            <label class="check">
              <input
                type="checkbox"
                checked={report}
                onChange={(event) => (report.value = event.currentTarget.checked)}
              />
              <span>then measure the learning law and draw the report</span>
            </label>
          )}
        </div>
        {sections.map((section) => (
          <details key={section} open={section === "data" || section === "training" || section === "search"}>
            <summary>
              <h2>{section}</h2>
            </summary>
            <div class="fields">
              {shown
                .filter(({ key }) => sectionOf(key) === section)
                .map((field) => (
                  <FieldInput
                    key={`${field.key} ${field.of?.name}`}
                    field={field}
                    value={settings.value[field.key] ?? field.value}
                    set={(value) => set(field.key, value, field.value)}
                  />
                ))}
            </div>
          </details>
        ))}
        <section aria-labelledby="command">
          <h2 id="command">The command</h2>
          <Command line={checked.value.line} />
          <p class="wrong" role="alert">
            {checked.value.wrong ?? ""}
          </p>
          <p class="actions">
            <button type="submit" class="first" disabled={checked.value.wrong !== null || checked.value.line === ""}>
              Start
            </button>
            <span role="status">{said.value}</span>
          </p>
        </section>
      </form>
    </>
  );
}

function sectionOf(key: string): string {
  return key.includes(".") ? key.slice(0, key.indexOf(".")) : "general";
}
