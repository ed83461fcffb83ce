import { useSignal } from "@preact/signals";
import type { FigureInfo } from "../../../src/serve/protocol.js";
import { ask, Refused, urlOf } from "../connection.js";

/** The figures of the report, drawn when they are asked for. */
export function FiguresSection({ run, others }: { run: string; others: readonly string[] }) {
  const figures = useSignal<readonly FigureInfo[] | undefined>(undefined);
  const said = useSignal("");
  const query = { run, with: others };
  const draw = async () => {
    said.value = "Drawing, which takes some seconds …";
    try {
      figures.value = await ask<FigureInfo[]>("/api/figures", query);
      said.value = "";
    } catch (error) {
      said.value = error instanceof Refused ? error.message : "The server does not answer.";
    }
  };
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">Figures</h2>
      <p class="actions">
        <button type="button" onClick={draw}>
          {figures.value === undefined ? "Draw the figures of the report" : "Draw them anew"}
        </button>
        <a href={urlOf("/api/report", query)} target="_blank" rel="noreferrer">
          The report as a page
        </a>
        <a href={urlOf("/api/report", { ...query, download: "" })} download="report.html">
          Keep the report
        </a>
      </p>
      <p role="status">{said.value}</p>
      {figures.value?.map((figure) => (
        <ReportFigure key={figure.slug} figure={figure} query={query} />
      ))}
    </section>
  );
}

function ReportFigure({ figure, query }: { figure: FigureInfo; query: { run: string; with: readonly string[] } }) {
  const { slug, title, found, shows, theory, absent } = figure;
  if (absent)
    return (
      <p class="quiet">
        <b>{title}</b>: no figure, because {found}
      </p>
    );
  const source = (format: string, more = {}) => urlOf("/api/figure", { ...query, slug, format, ...more });
  return (
    <article>
      <h3>{title}</h3>
      <figure class="report">
        <picture>
          <source media="(prefers-color-scheme: dark)" srcset={source("dark")} />
          <img src={source("light")} alt={found} width={480} height={310} loading="lazy" />
        </picture>
        <figcaption>
          <p class="found">{found}</p>
          <p>
            <b>What it shows.</b> {shows}
          </p>
          <p>
            <b>What the theory says.</b> {theory}
          </p>
          <p class="actions">
            <a href={source("light", { download: "" })} download={`${slug}.svg`}>
              SVG
            </a>
            <a href={source("png", { download: "" })} download={`${slug}.png`}>
              PNG
            </a>
          </p>
        </figcaption>
      </figure>
    </article>
  );
}
