import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { PolicyMap } from "../../../src/serve/protocol.js";
import { ask, Refused } from "../connection.js";
import { Scroll } from "../scroll.js";

/** The newest policy of a search as a map, drawn anew when an epoch ends. */
export function PolicySection({ run, finished }: { run: string; finished: number | null }) {
  const map = useSignal<PolicyMap | undefined>(undefined);
  const said = useSignal("Reading it …");
  // It is asked for anew when an epoch is finished.
  useEffect(() => {
    let open = true;
    ask<PolicyMap>("/api/policy", { run })
      .then((found) => {
        if (open) map.value = found;
      })
      .catch((error) => {
        if (open) said.value = error instanceof Refused ? error.message : "The server does not answer.";
      });
    return () => {
      open = false;
    };
  }, [run, finished]);
  return (
    <section aria-labelledby="policy">
      <h2 id="policy">Policy</h2>
      {map.value === undefined ? <p class="quiet">{said.value}</p> : <PolicyFigure map={map.value} />}
    </section>
  );
}

function PolicyFigure({ map }: { map: PolicyMap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, rows, cells, epoch, epochs, steps, examples } = map;
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const draw = () => drawCells(canvas.current!, map);
    draw();
    dark.addEventListener("change", draw);
    return () => dark.removeEventListener("change", draw);
  }, [map]);
  const zero = cells.filter((cell) => cell === 0).length / cells.length;
  const found = `Epoch ${epoch} of ${epochs}: ${(100 * zero).toFixed(1)}% of the map's cells have no weight.`;
  return (
    <figure class="policy">
      <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={`The policy as a map. ${found}`} />
      <figcaption>
        <p class="found">{found}</p>
        <p class="quiet">
          Over the {steps.toLocaleString("en")} steps from left to right, the weight of {examples.toLocaleString("en")}{" "}
          examples, those with the most weight above. The darker, the more; an empty place has none, and where learning
          is conventional all are alike.
        </p>
        <details>
          <summary>The numbers as a table</summary>
          <Scroll label="Numbers of the policy">
            <table>
              <thead>
                <tr>
                  <th scope="col">Examples</th>
                  <th scope="col">Mean weight, uniform being 1</th>
                  <th scope="col">Without weight</th>
                </tr>
              </thead>
              <tbody>
                {tenths(map).map(({ name, mean, none }) => (
                  <tr key={name}>
                    <th scope="row">{name}</th>
                    <td class="number">{mean.toFixed(2)}</td>
                    <td class="number">{(100 * none).toFixed(0)}%</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </details>
      </figcaption>
    </figure>
  );
}

/** What a cell is where its weight is uniform. */
const UNIFORM = 128;

function tenths({ rows, columns, cells }: PolicyMap): { name: string; mean: number; none: number }[] {
  const count = Math.min(10, rows);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [Math.floor((i * rows) / count), Math.floor(((i + 1) * rows) / count)];
    const own = cells.slice(from * columns, to * columns);
    const mean = own.reduce((sum, cell) => sum + cell, 0) / own.length / UNIFORM;
    const name = `${Math.round((100 * i) / count)} to ${Math.round((100 * (i + 1)) / count)}% of them`;
    return { name, mean, none: own.filter((cell) => cell === 0).length / own.length };
  });
}

function drawCells(canvas: HTMLCanvasElement, { columns, rows, cells }: PolicyMap): void {
  const context = canvas.getContext("2d")!;
  const [from, to] = ["page", "line-0"].map((name) => channelsOf(name, context));
  const image = context.createImageData(columns, rows);
  for (const [i, cell] of cells.entries()) {
    // The square root: weights below uniform are told apart too.
    const part = Math.sqrt(cell / 255);
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = from[k] + part * (to[k] - from[k]);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function channelsOf(name: string, context: CanvasRenderingContext2D): Uint8ClampedArray {
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}
