import { announce } from "./announce.js";
import { Scroll } from "./scroll.js";

/** A command line, to be copied. */
export function Command({ line }: { line: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      announce("Copied.");
    } catch {
      announce("The browser does not let the page copy: mark the text instead.");
    }
  };
  return (
    <div class="command">
      <Scroll text label="Command">
        <code>{line}</code>
      </Scroll>
      <button type="button" onClick={copy}>
        Copy
      </button>
    </div>
  );
}
