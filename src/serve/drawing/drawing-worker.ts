import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { InputError } from "../../base/errors.js";
import type { ExampleWeight } from "../../export/export-weights.js";
import { runWeights } from "../../export/run-weights.js";
import type { AbsentFigure, Figure } from "../../report/figure.js";
import { reportKind } from "../../report/kinds.js";
import { withColors } from "../../report/palette.js";
import { svgToPng } from "../../report/png.js";
import { standaloneSvg } from "../../report/standalone-svg.js";
import { comparedRuns } from "./compared-runs.js";
import { policyMap } from "./policy-map.js";
import type { DrawingAnswer, DrawingName, DrawingRequest, Drawings } from "./requests.js";

/** The last of what was made, as long as the run is as it was: a page asks for figures one by one. */
class Last<Value> {
  private key = "";
  private value: Value | undefined;

  of(key: string, make: () => Value): Value {
    if (key !== this.key || this.value === undefined) {
      this.value = undefined;
      this.value = make();
      this.key = key;
    }
    return this.value;
  }
}

const lastFigures = new Last<readonly (Figure | AbsentFigure)[]>();
const lastWeights = new Last<readonly ExampleWeight[]>();

/** Changes whenever what is drawn of runs may. */
function stateOf(paths: readonly string[]): string {
  const names = ["state.json", "evaluation", "ending.json", "interference"];
  const times = paths.flatMap((path) =>
    ["", ...names].map((name) => statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  );
  return JSON.stringify([paths, times]);
}

function figuresOf(run: string, others: readonly string[]): readonly (Figure | AbsentFigure)[] {
  return lastFigures.of(stateOf([run, ...others]), () => reportKind(run).figures(run, others));
}

const makers: { readonly [Name in DrawingName]: (given: Drawings[Name][0]) => Drawings[Name][1] } = {
  figures: ({ run, others }) =>
    figuresOf(run, others).map((figure) => {
      const { slug, title } = figure;
      if ("absent" in figure) return { slug, title, found: figure.absent, shows: "", theory: "", absent: true };
      const { found, shows, theory } = figure.caption;
      return { slug, title, found, shows, theory, absent: false };
    }),

  figure({ run, others, slug, format }) {
    const figure = figuresOf(run, others).find((drawn) => drawn.slug === slug);
    if (figure === undefined || "absent" in figure) return undefined;
    if (format === "png") return svgToPng(figure.svg);
    if (format === "light") return standaloneSvg(figure.svg);
    // The light one's fonts, and the colours of a dark page.
    return standaloneSvg(withColors(figure.svg, "dark")).replace(/ color="[^"]*"/, ' color="#e8e8e6"');
  },

  report({ run, others }) {
    const folder = mkdtempSync(join(tmpdir(), "learning-law-page-"));
    try {
      const out = join(folder, "report.html");
      reportKind(run).write(run, { others, out });
      return readFileSync(out, "utf8");
    } finally {
      rmSync(folder, { recursive: true });
    }
  },

  examples({ run, order, query, limit }) {
    const all = lastWeights.of(stateOf([run]), () => runWeights(run).rows.filter(({ weight }) => weight !== null));
    const wanted = query.toLowerCase();
    const matching = all.filter(({ text }) => (text ?? "").toLowerCase().includes(wanted));
    const sign = order === "most" ? -1 : 1;
    const sorted = matching.toSorted((a, b) => sign * (a.weight! - b.weight!) || a.example - b.example);
    return {
      total: all.length,
      matching: matching.length,
      rows: sorted.slice(0, limit).map(({ example, weight, belief, perturbed, text }) => ({
        ...{ example, weight, perturbed },
        belief: belief ?? null,
        text: text ?? "",
      })),
    };
  },

  compare: comparedRuns,
  policy: policyMap,
};

parentPort!.on("message", ({ id, name, given }: DrawingRequest) => {
  let answer: DrawingAnswer;
  try {
    answer = { id, result: makers[name](given as never) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer = error instanceof InputError ? { id, refused: message } : { id, failed: message };
  }
  parentPort!.postMessage(answer);
});
