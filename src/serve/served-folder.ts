import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";

/** A request that is refused: with a status of HTTP, and one sentence for the page. */
export class Refusal extends Error {
  override name = "Refusal";

  constructor(
    readonly status: 400 | 403 | 404 | 409,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Where a path that came from a page lies. It must be below the folder, neither by its words nor by a link elsewhere.
 *
 * @param id from the folder on, with slashes
 * @param isNew whether there is nothing yet
 * @throws Refusal where it is elsewhere, or not there
 */
export function pathWithin(folder: string, id: string, isNew = false): string {
  const parts = id.split("/");
  const strange = id === "" || isAbsolute(id) || /[\0\\]/.test(id) || parts.some((part) => /^\.*$/.test(part));
  if (strange) throw new Refusal(403, "this path is not below the served folder");
  const path = resolve(folder, ...parts);
  // Of what is not there, the nearest folder that is.
  let nearest = path;
  while (realpathOf(nearest) === undefined && nearest !== folder) nearest = resolve(nearest, "..");
  if (!isWithin(realpathSync(folder), realpathOf(nearest) ?? ""))
    throw new Refusal(403, "this path is not below the served folder");
  if (nearest !== path && !isNew) throw new Refusal(404, `there is nothing at ${id}`);
  return path;
}

/** Whether a path is the folder or below it; both without links. */
export function isWithin(folder: string, path: string): boolean {
  const from = relative(folder, path);
  return path !== "" && from !== ".." && !from.startsWith(`..${sep}`) && !isAbsolute(from);
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
