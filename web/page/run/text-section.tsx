import { useSignal } from "@preact/signals";
import { Refused, send } from "../connection.js";
import { Scroll } from "../scroll.js";

/** What the newest checkpoint of a training writes after a prompt. */
export function TextSection({ run }: { run: string }) {
  const prompt = useSignal("Once upon a time");
  const temperature = useSignal("0.8");
  const seed = useSignal(1);
  const text = useSignal("");
  const said = useSignal("");
  const write = async (event: Event) => {
    event.preventDefault();
    said.value = "Writing …";
    try {
      const asked = { run, prompt: prompt.value, temperature: Number(temperature.value), seed: seed.value };
      const written = await send<{ step: number; text: string }>("/api/text", asked);
      text.value = asked.prompt + written.text;
      said.value = `The model after step ${written.step.toLocaleString("en")}, seed ${seed.value}.`;
      seed.value += 1;
    } catch (error) {
      said.value = error instanceof Refused ? error.message : "The server does not answer.";
    }
  };
  return (
    <section aria-labelledby="text" class="written">
      <h2 id="text">Text</h2>
      <form class="filters" onSubmit={write}>
        <label>
          Prompt
          <input
            value={prompt}
            size={40}
            onInput={(event) => {
              prompt.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          Temperature
          <input
            type="number"
            min={0}
            max={100}
            step="any"
            value={temperature}
            onInput={(event) => {
              temperature.value = event.currentTarget.value;
            }}
          />
        </label>
        <button type="submit">Write</button>
        <p class="quiet" role="status">
          {said.value}
        </p>
      </form>
      {text.value !== "" && (
        <Scroll text label="What the model wrote">
          {text.value}
        </Scroll>
      )}
    </section>
  );
}
