import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import type { FormField } from "../../../src/serve/protocol.js";
import { ask } from "../connection.js";

/** A key of a configuration with what help says of it. */
export function FieldInput({ field, value, set }: { field: FormField; value: string; set: (value: string) => void }) {
  const { key, about, type, choices } = field;
  const id = useId();
  const change = (event: Event) => set((event.currentTarget as HTMLInputElement).value);
  const name = key.slice(key.indexOf(".") + 1);
  const isChanged = value !== field.value;
  return (
    <div class={isChanged ? "field changed" : "field"}>
      <label for={id}>
        <code>{name}</code>
      </label>
      {type === "choice" ? (
        <select id={id} value={value} onChange={change} aria-describedby={`${id}-about`}>
          {value === "" && <option value="">as by default</option>}
          {choices.map((choice) => (
            <option key={choice.name} value={choice.name}>
              {choice.name}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          value={value}
          list={type === "files" ? `${id}-files` : undefined}
          inputMode={type === "whole" || type === "number" ? "decimal" : undefined}
          spellcheck={false}
          aria-describedby={`${id}-about`}
          onInput={change}
        />
      )}
      {type === "files" && <FileNames id={`${id}-files`} typed={value} />}
      <span class="quiet" id={`${id}-about`}>
        {type === "choice" ? choices.find((choice) => choice.name === value)?.about : about}
        {boundsOf(field)}
      </span>
    </div>
  );
}

function boundsOf({ type, least, most, nullable }: FormField): string {
  if (type !== "whole" && type !== "number") return "";
  const words = [
    ...(least === null ? [] : [least > 0 && least < 1e-300 ? "above 0" : `from ${least}`]),
    ...(most === null || most >= 1e9 ? [] : [`to ${most}`]),
    ...(nullable ? ["or null"] : []),
  ];
  return words.length === 0 ? "" : ` (${words.join(" ")})`;
}

/** The files and folders that go on with the path that is typed. */
function FileNames({ id, typed }: { id: string; typed: string }) {
  const files = useSignal<readonly string[]>([]);
  const folder = typed.slice(0, typed.lastIndexOf("/") + 1);
  useEffect(() => {
    ask<string[]>("/api/files", { folder })
      .then((names) => {
        files.value = names.map((name) => folder + name);
      })
      // What is typed may be no path of a folder: a name such as tinystories, a glob, a list.
      .catch(() => {
        files.value = [];
      });
  }, [folder]);
  return (
    <datalist id={id}>
      {files.value.map((path) => (
        <option key={path} value={path} />
      ))}
    </datalist>
  );
}
