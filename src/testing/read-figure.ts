import { JSDOM } from "jsdom";

/** A position in the units of the axes. */
export type Place = readonly [x: number, y: number];

/** A line, a dot or a rule, where the reader of a figure sees it. */
export interface Mark {
  readonly kind: "line" | "dot" | "rule" | "area";
  /** Of the stroke, or of the fill where there is none. */
  readonly color: string;
  readonly dashed: boolean;
  readonly opacity: number;
  /** The places of a line, those around an area, the one of a dot, the two ends of a rule. */
  readonly places: readonly Place[];
}

/** Words in a figure, with the place that they stand beside. */
export interface Words {
  readonly text: string;
  readonly color: string;
  readonly place: Place;
}

/** What a tick says, at a distance in pixels from the left or from the top. */
export interface Tick {
  readonly text: string;
  readonly at: number;
}

export interface Axis {
  readonly label: string;
  readonly ticks: readonly Tick[];
  /** The value at a distance in pixels. */
  readonly value: (pixel: number) => number;
}

export interface ReadFigure {
  readonly x: Axis;
  readonly y: Axis;
  /** The ticks of a second axis on the right, which may divide the same heights otherwise. */
  readonly right: readonly Tick[];
  readonly marks: readonly Mark[];
  /** The colours that are explained, by their names. */
  readonly legend: Readonly<Record<string, string>>;
  readonly words: readonly Words[];
  /** Pictures, by their corners in the units of the axes. */
  readonly images: readonly { readonly from: Place; readonly to: Place; readonly href: string }[];
}

const SCALES = {
  linear: [(value: number) => value, (value: number) => value],
  log: [Math.log, Math.exp],
  sqrt: [Math.sqrt, (value: number) => value * value],
} as const;
export type Scale = keyof typeof SCALES;

/**
 * Reads a figure as a person does: what its ticks say tells what the places of its marks mean. Throws Error if a tick
 * stands where the others say that it should not.
 */
export function readFigure(svg: string, scales: { x?: Scale; y?: Scale } = {}): ReadFigure {
  const { document } = new JSDOM(svg, { contentType: "image/svg+xml" }).window;
  const groups = [...document.querySelectorAll("svg > g")].map((element) => new Group(element));
  const ticksOf = (name: string, side: 0 | 1) =>
    groups
      .filter(({ kind }) => kind === `${name}-axis tick label`)
      .map(({ words }) => words.map(({ text, at }): Tick => ({ text, at: at[side] })));
  const labelOf = (name: string) => groups.find(({ kind }) => kind === `${name}-axis label`)?.words[0].text ?? "";
  const [[xTicks], [yTicks, right = []]] = [ticksOf("x", 0), ticksOf("y", 1)];
  const x = axisOf(labelOf("x"), xTicks, scales.x ?? "linear");
  const y = axisOf(labelOf("y"), yTicks, scales.y ?? "linear");
  const place = ([px, py]: Place): Place => [x.value(px), y.value(py)];
  const shown = groups.filter(({ kind }) => !/axis|grid/.test(kind));
  return {
    ...{ x, y, right },
    marks: shown.flatMap((group) => group.marks.map((mark) => ({ ...mark, places: mark.places.map(place) }))),
    legend: Object.fromEntries(
      shown.flatMap(({ isKey, color }, i) =>
        isKey && shown[i + 1]?.words[0] ? [[shown[i + 1].words[0].text, color]] : [],
      ),
    ),
    words: shown.flatMap(({ words, color }) => words.map(({ text, at }) => ({ text, color, place: place(at) }))),
    images: shown.flatMap(({ images }) =>
      images.map(({ from, to, href }) => ({ from: place(from), to: place(to), href })),
    ),
  };
}

/** A `<g>` of Observable Plot: one mark, or a part of an axis. Places are in pixels. */
class Group {
  readonly kind: string;
  constructor(private readonly element: Element) {
    this.kind = element.getAttribute("aria-label") ?? "";
  }

  get color(): string {
    const [stroke, fill] = ["stroke", "fill"].map((name) => this.element.getAttribute(name) ?? "currentColor");
    return this.element.hasAttribute("stroke") && this.kind !== "text" && !this.isKey ? stroke : fill;
  }

  /** A legend's square, which is drawn as a path beside its place. */
  get isKey(): boolean {
    return this.kind === "dot" && this.all("path").length > 0;
  }

  get marks(): Mark[] {
    const opacity = Number(
      this.element.getAttribute("stroke-opacity") ?? this.element.getAttribute("fill-opacity") ?? 1,
    );
    const look = { color: this.color, dashed: this.element.hasAttribute("stroke-dasharray"), opacity };
    const number = (element: Element, name: string) => Number(element.getAttribute(name));
    const dots = this.all("circle").map((circle): Place => [number(circle, "cx"), number(circle, "cy")]);
    const rules = this.all("line").map((line): Place[] => [
      [number(line, "x1"), number(line, "y1")],
      [number(line, "x2"), number(line, "y2")],
    ]);
    const lines = /^(line|link)$/.test(this.kind) ? this.all("path").map(pathPlaces) : [];
    const areas = this.kind === "area" ? this.all("path").map(pathPlaces) : [];
    return [
      ...areas.map((places) => ({ ...look, kind: "area" as const, places })),
      ...dots.map((at) => ({ ...look, kind: "dot" as const, places: [at] })),
      ...rules.map((places) => ({ ...look, kind: "rule" as const, places })),
      ...lines.map((places) => ({ ...look, kind: "line" as const, places })),
    ];
  }

  get words(): { text: string; at: Place }[] {
    return this.all("text").map((text) => ({ text: text.textContent ?? "", at: translation(text) }));
  }

  get images(): { from: Place; to: Place; href: string }[] {
    const [dx, dy] = translation(this.element);
    return this.all("image").map((image) => {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(image.getAttribute(name)));
      const href = image.getAttribute("href") ?? "";
      return { from: [x + dx, y + dy], to: [x + dx + width, y + dy + height], href };
    });
  }

  private all(name: string): Element[] {
    return [...this.element.children].filter(({ tagName }) => tagName === name);
  }
}

function axisOf(label: string, ticks: readonly Tick[], scale: Scale): Axis {
  const [forth, back] = SCALES[scale];
  const known = ticks.map(({ text, at }) => ({ text, at, value: forth(numberOf(text)) }));
  const [first, last] = [known[0], known[known.length - 1]];
  const slope = (last.value - first.value) / (last.at - first.at);
  for (const { text, at, value } of known) {
    const expected = first.at + (value - first.value) / slope;
    if (!(Math.abs(at - expected) < 0.5))
      throw new Error(`the tick ${text} of "${label}" is at ${at}, not ${expected}`);
  }
  return { label, ticks, value: (pixel) => back(first.value + slope * (pixel - first.at)) };
}

/** The number that a tick says. */
export function numberOf(text: string): number {
  const number = Number(text.replaceAll("−", "-").replaceAll(",", "").replace("%", ""));
  return text.endsWith("%") ? number / 100 : number;
}

function pathPlaces(path: Element): Place[] {
  const pairs = path.getAttribute("d")?.match(/-?[\d.]+,-?[\d.]+/g) ?? [];
  return pairs.map((pair): Place => {
    const [x, y] = pair.split(",").map(Number);
    return [x, y];
  });
}

function translation(element: Element): Place {
  const [, x, y] = /translate\(([^,]+),([^)]+)\)/.exec(element.getAttribute("transform") ?? "") ?? [];
  return [Number(x ?? 0), Number(y ?? 0)];
}
