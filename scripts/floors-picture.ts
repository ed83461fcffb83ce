import { directEdges, type Edge, type Floor, floorEdges, floors, heightOf, type SourceFile } from "./house.js";

const BAND = { left: 24, width: 720, height: 40, gap: 8 };
const TOP = 62;
const BOTTOM = 74;
/** The lanes at the right of the bands, in which arrows lead down. */
const LANE = { first: 30, width: 18 };

const STYLE = `
  :root { --page: #ffffff; --text: #1d1f22; --quiet: #5c6066; --core: #e6f0f7; --core-edge: #0b69b0; --node: #f3efe9; --node-edge: #8a6d4b; --arrow: #6b6f75; }
  @media (prefers-color-scheme: dark) {
    :root { --page: #15171b; --text: #e8e8e6; --quiet: #a9aeb6; --core: #172a38; --core-edge: #6cb8f5; --node: #2a2621; --node-edge: #c9a97e; --arrow: #9aa0a8; }
  }
  text { font: 15px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--text); }
  .title { font-size: 19px; font-weight: 600; }
  .name { font-weight: 600; }
  .quiet { fill: var(--quiet); font-size: 13px; }
  .size { text-anchor: end; }
  .core rect { fill: var(--core); stroke: var(--core-edge); }
  .node rect { fill: var(--node); stroke: var(--node-edge); }
  .arrow { fill: none; stroke: var(--arrow); stroke-width: 1.5; marker-end: url(#head); }
  #head path { fill: var(--arrow); }`;

/**
 * The floors of the house as an SVG picture: a band for each with what lives there, the highest on top, and an arrow from
 * each to those right below that it imports from. Arrows that follow from others are left out.
 */
export function floorsPicture(house: readonly SourceFile[]): string {
  const shown = floors.filter(({ name }) => house.some(({ floor }) => floor === name)).reverse();
  const y = (name: string) => TOP + shown.findIndex((floor) => floor.name === name) * (BAND.height + BAND.gap);
  const edges = directEdges(floorEdges(house));
  const lanes = lanesOf(edges);
  const end = TOP + shown.length * (BAND.height + BAND.gap);
  const [width, height] = [x(Math.max(0, ...lanes.values())) + BAND.left, end + BOTTOM];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The floors of src/ and which of them imports from which">
<style>${STYLE}
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5 L8 4 L0 7.5 Z"/></marker></defs>
<rect width="100%" height="100%" fill="var(--page)"/>
<text class="title" x="${BAND.left}" y="38">src/, from the command down to the ground</text>
${shown.map((floor) => band(floor, y(floor.name), house)).join("\n")}
${edges.map((edge) => arrow(edge, lanes.get(edge.to)!, y)).join("\n")}
${legend(end)}
</svg>
`;
}

/** The floors and the arrows of a picture: what of it must be true today. */
export function structureOf(picture: string): { floors: string[]; arrows: string[] } {
  const found = (pattern: RegExp) => Array.from(picture.matchAll(pattern), ([, name]) => name);
  return { floors: found(/data-floor="([^"]*)"/g), arrows: found(/data-arrow="([^"]*)"/g) };
}

function band({ name, about, portable }: Floor, y: number, house: readonly SourceFile[]): string {
  const files = house.filter(({ floor }) => floor === name);
  const lines = files.reduce((total, file) => total + file.lines, 0);
  const size = `${files.length} ${files.length === 1 ? "file" : "files"}, ${roughly(lines)} lines`;
  const baseline = y + BAND.height / 2 + 5;
  return `<g data-floor="${name}" class="${portable ? "core" : "node"}"><rect x="${BAND.left}" y="${y}" width="${BAND.width}" height="${BAND.height}" rx="6"/>
<text class="name" x="${BAND.left + 16}" y="${baseline}">${name}</text><text x="${BAND.left + 140}" y="${baseline}">${about}</text><text class="quiet size" x="${BAND.left + BAND.width - 16}" y="${baseline}">${size}</text></g>`;
}

/** Where the lane lies. */
const x = (lane: number) => BAND.left + BAND.width + LANE.first + LANE.width * lane;

/**
 * A lane for every floor that arrows lead to, which all of them take: the innermost that no other arrows take on that way,
 * short ways first.
 */
function lanesOf(edges: readonly Edge[]): ReadonlyMap<string, number> {
  const ways = new Map<string, { from: number; to: number; lane: number }>();
  const highest = (to: string) => Math.max(...edges.filter((edge) => edge.to === to).map(({ from }) => heightOf(from)));
  const length = (to: string) => highest(to) - heightOf(to);
  const targets = [...new Set(edges.map(({ to }) => to))];
  for (const target of targets.sort((a, b) => length(a) - length(b) || heightOf(a) - heightOf(b))) {
    const [from, to] = [highest(target), heightOf(target)];
    const taken = [...ways.values()].filter((way) => way.to < from && to < way.from).map(({ lane }) => lane);
    let lane = 0;
    while (taken.includes(lane)) lane++;
    ways.set(target, { from, to, lane });
  }
  return new Map(Array.from(ways, ([target, { lane }]) => [target, lane]));
}

/** From the lower part of the one band down its lane into the upper part of the other. */
function arrow({ from, to }: Edge, lane: number, y: (name: string) => number): string {
  const start = BAND.left + BAND.width;
  const [leaving, arriving] = [y(from) + 0.68 * BAND.height, y(to) + 0.32 * BAND.height];
  const [out, r] = [x(lane), 10];
  const turn = `Q${out} ${leaving} ${out} ${leaving + r} V${arriving - r} Q${out} ${arriving} ${out - r} ${arriving}`;
  return `<path class="arrow" data-arrow="${from} ${to}" d="M${start} ${leaving} H${out - r} ${turn} H${start + 1}"/>`;
}

function legend(y: number): string {
  const square = (x: number, kind: string) =>
    `<g class="${kind}"><rect x="${x}" y="${y + 13}" width="16" height="16" rx="3"/></g>`;
  return `${square(BAND.left, "core")}<text class="quiet" x="${BAND.left + 24}" y="${y + 26}">the core: runs in Node and in a browser</text>
${square(BAND.left + 300, "node")}<text class="quiet" x="${BAND.left + 324}" y="${y + 26}">files, processes, pages: runs in Node</text>
<text class="quiet" x="${BAND.left}" y="${y + 52}">A floor imports from those below it. Arrows lead to what it stands on; those that follow from others are left out.</text>`;
}

/** Coarse, so that the picture need not change with every line. */
function roughly(lines: number): string {
  return lines < 100 ? "under 100" : `about ${(Math.round(lines / 100) * 100).toLocaleString("en")}`;
}
