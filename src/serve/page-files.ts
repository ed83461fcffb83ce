import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../base/errors.js";

/** A file of the page as it is served. */
export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Where the page lies that `npm run build` has made. */
const FOLDER = fileURLToPath(new URL("page", import.meta.url));

/**
 * The files of the page, by the paths under which a browser asks for them. They are read once, and no others are ever
 * looked for: a path that is asked for never comes to the file system.
 *
 * @throws InputError where the page was not built
 */
export function readPageFiles(folder = FOLDER): ReadonlyMap<string, PageFile> {
  if (!existsSync(join(folder, "index.html")))
    throw new InputError(`the page is not in this package: there is no ${folder}; npm run build makes it`);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names.flatMap((name): [string, PageFile][] => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      return [[`/${name.replaceAll("\\", "/")}`, { bytes: readFileSync(join(folder, name)), type }]];
    }),
  );
}
