import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { type ESTree, parseSync, Visitor } from "vite";

/** A folder of src/. */
export interface Floor {
  readonly name: string;
  /** What lives there. */
  readonly about: string;
  /** Whether it runs in a browser as it does in Node. */
  readonly portable: boolean;
}

const anywhere = (name: string, about: string): Floor => ({ name, about, portable: true });
const inNode = (name: string, about: string): Floor => ({ name, about, portable: false });

/**
 * The floors of src/ from the ground up. A file imports from its own floor and from those below it; src/index.ts stands
 * above all of them, and src/testing beside them, for tests alone.
 */
export const floors: readonly Floor[] = [
  anywhere("base", "errors, seeded random numbers, names"),
  inNode("files", "atomic files, safetensors, Parquet"),
  anywhere("graph", "differentiable tensor programs"),
  anywhere("runtime", "a graph becomes a callable"),
  anywhere("curves", "fits of loss curves"),
  anywhere("models", "a layout of parameters and a graph of outputs"),
  anywhere("losses", "outputs and targets become losses"),
  anywhere("descent", "optimizers, schedules, clipping"),
  inNode("data", "corpora in, tokens out"),
  anywhere("passes", "a graph over many examples"),
  anywhere("search", "the best policy, by the gradient of the area"),
  anywhere("training", "mini-batches, and policies that weigh them"),
  anywhere("measures", "what is measured of learning"),
  anywhere("compression", "files by a model that learns as it reads"),
  anywhere("learned-compression", "files by a model that is trained on them"),
  inNode("selection", "documents by what they contribute"),
  inNode("runs", "run directories, a folder for each kind"),
  inNode("export", "models and weights for others"),
  inNode("report", "figures and pages"),
  inNode("experiments", "published experiments as records"),
  inNode("serve", "the server of the page over runs"),
  inNode("cli", "commands, one description each"),
];

/** How high a floor lies, from 0; -1 for what is none. */
export const heightOf = (name: string) => floors.findIndex((floor) => floor.name === name);

/** One import statement, type imports and `import("...")` among them. */
export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The files of src that it means, as `SourceFile.path`: more than one where package.json chooses; none of a package. */
  readonly files: readonly string[];
  /** Whether nothing of it is left in JavaScript. */
  readonly typeOnly: boolean;
}

/** A file of src that is no test. */
export interface SourceFile {
  /** From src on, such as `search/policy.ts`. */
  readonly path: string;
  /** The folder of src that it is in; "" of src itself. */
  readonly floor: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** An import of one file by another. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** Reads the files of `root`/src and what they import, in the order of their paths. */
export function readHouse(root: string): SourceFile[] {
  const src = join(root, "src");
  const chosen = chosenByPackage(root);
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => {
      const text = readFileSync(join(src, path), "utf8");
      const files = (specifier: string) => {
        if (!specifier.startsWith(".")) return chosen[specifier] ?? [];
        return [posix.join(dirname(path), specifier).replace(/\.js$/, ".ts")];
      };
      return {
        path,
        floor: path.includes("/") ? path.slice(0, path.indexOf("/")) : "",
        lines: text.trimEnd().split("\n").length,
        imports: importsOf(path, text).map((found) => ({ ...found, files: files(found.specifier) })),
      };
    });
}

/** What a text in TypeScript imports. */
function importsOf(path: string, text: string): Omit<Import, "files">[] {
  const found: Omit<Import, "files">[] = [];
  const add = (source: ESTree.Node | null, typeOnly: boolean) => {
    if (source?.type === "Literal" && typeof source.value === "string")
      found.push({ specifier: source.value, typeOnly });
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => add(source, importKind === "type"),
    ExportNamedDeclaration: ({ source, exportKind }) => add(source, exportKind === "type"),
    ExportAllDeclaration: ({ source, exportKind }) => add(source, exportKind === "type"),
    ImportExpression: ({ source }) => add(source, false),
    TSImportType: ({ source }) => add(source, true),
  }).visit(parseSync(path, text).program);
  return found;
}

/** The files of src behind every name of the `imports` of package.json, whatever their conditions. */
function chosenByPackage(root: string): Record<string, string[]> {
  const { imports = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const leaves = (value: unknown): string[] =>
    typeof value === "string" ? [value] : Object.values(value as object).flatMap(leaves);
  const source = (target: string) => /^\.\/(?:src|dist)\/(.*)\.[jt]s$/.exec(target)?.[1];
  return Object.fromEntries(
    Object.entries(imports).map(([name, targets]) => {
      return [
        name,
        [...new Set(leaves(targets).flatMap((target) => source(target) ?? []))].map((path) => `${path}.ts`),
      ];
    }),
  );
}

/** Every import of one file of src by another, each pair once. */
export function edgesOf(house: readonly SourceFile[]): Edge[] {
  return house.flatMap(({ path, imports }) =>
    [...new Set(imports.flatMap(({ files }) => files))].map((to) => ({ from: path, to })),
  );
}

/** The edges that lie on a circle: those whose end leads back to their beginning. */
export function edgesOnCircles(edges: readonly Edge[]): Edge[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  return edges.filter(({ from, to }) => reachable([to], (path) => next.get(path) ?? []).has(from));
}

/** Everything that is reached from the beginnings on, they included. */
export function reachable(beginnings: readonly string[], next: (path: string) => readonly string[]): Set<string> {
  const reached = new Set(beginnings);
  // A set that grows is walked to its end.
  for (const path of reached) for (const further of next(path)) reached.add(further);
  return reached;
}

/** The edges from a floor to one below it, each pair once, from the ground up. */
export function floorEdges(house: readonly SourceFile[]): Edge[] {
  const floorOf = new Map(house.map(({ path, floor }) => [path, floor]));
  const pairs = new Set(edgesOf(house).map(({ from, to }) => `${floorOf.get(from)} ${floorOf.get(to)}`));
  return floors.flatMap(({ name: from }, height) =>
    floors.slice(0, height).flatMap(({ name: to }) => (pairs.has(`${from} ${to}`) ? [{ from, to }] : [])),
  );
}

/** Of edges without circles, those that do not follow from others: the transitive reduction. */
export function directEdges(edges: readonly Edge[]): Edge[] {
  return edges.filter((edge) => {
    const others = edges.filter((other) => other !== edge);
    const below = (floor: string) => others.filter(({ from }) => from === floor).map(({ to }) => to);
    return !reachable([edge.from], below).has(edge.to);
  });
}
