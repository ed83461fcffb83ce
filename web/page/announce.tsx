import { signal } from "@preact/signals";

const said = signal("");

/** Says something to those who listen to the page, and shows it for a while. */
export function announce(text: string): void {
  said.value = text;
  setTimeout(() => {
    if (said.value === text) said.value = "";
  }, 8000);
}

/** What was last said. */
export function Announcement() {
  return (
    <p class={said.value === "" ? "said" : "said shown"} role="status">
      {said.value}
    </p>
  );
}
