import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ESTree, parseSync } from "vite";

/** A function, class, interface, type or constant at the top of a file. */
export interface Declaration {
  readonly name: string;
  readonly exported: boolean;
  /** Whether a comment that begins with two stars ends right before it. */
  readonly documented: boolean;
  /** Of a class or an interface, the names of its members. */
  readonly members: readonly string[];
}

/** What a text in TypeScript declares at its top. */
export function declarationsOf(path: string, text: string): Declaration[] {
  const { program, comments } = parseSync(path, text);
  const docstringEnds = comments
    .filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .map(({ end }) => end);
  const isDocumented = ({ start }: ESTree.Node) =>
    docstringEnds.some((end) => end <= start && text.slice(end, start).trim() === "");
  return program.body.flatMap((statement) => {
    const exported = statement.type === "ExportNamedDeclaration";
    const declaration = exported ? statement.declaration : statement;
    if (declaration === null) return [];
    const documented = isDocumented(statement);
    return namesOf(declaration).map((name) => ({ name, exported, documented, members: membersOf(declaration) }));
  });
}

function namesOf(declaration: ESTree.Node): string[] {
  switch (declaration.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? id.name : []));
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
      return declaration.id?.type === "Identifier" ? [declaration.id.name] : [];
    default:
      return [];
  }
}

function membersOf(declaration: ESTree.Node): string[] {
  if (declaration.type !== "ClassDeclaration" && declaration.type !== "TSInterfaceDeclaration") return [];
  const members: readonly ESTree.Node[] = declaration.body.body;
  return members.flatMap((member) => ("key" in member && member.key?.type === "Identifier" ? member.key.name : []));
}

/** Something that a file gives to others, and where it is declared. */
export interface Exported {
  readonly name: string;
  readonly file: string;
  readonly declaration: Declaration | undefined;
}

/** All that a file exports, from wherever it re-exports it. Overloads are there as often as they are declared. */
export function exportsOf(file: string): Exported[] {
  const text = readFileSync(file, "utf8");
  const own = declarationsOf(file, text);
  const { staticExports } = parseSync(file, text).module;
  return staticExports.flatMap(({ entries }) => {
    // All entries of a statement have one source, or none.
    const source = entries[0]?.moduleRequest?.value;
    const there = source === undefined ? [] : exportsOf(join(dirname(file), source.replace(/\.js$/, ".ts")));
    return entries.flatMap(({ importName, exportName, localName }) => {
      const name = exportName.name ?? "";
      if (source === undefined)
        return own.flatMap((declaration) => (declaration.name === localName.name ? { name, file, declaration } : []));
      if (importName.kind !== "Name") return there;
      const found = there.filter((other) => other.name === importName.name);
      return found.length > 0
        ? found.map((other) => ({ ...other, name }))
        : [{ name, file: source, declaration: undefined }];
    });
  });
}
