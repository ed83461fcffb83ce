import { readdirSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin, pathWithin, Refusal } from "./served-folder.js";

/** Names that are shown at most. */
const MOST = 500;

/**
 * What lies in a folder of the working directory, for picking a file: folders end with a slash.
 *
 * @param folder from the working directory on; "" is itself
 * @throws Refusal where it is elsewhere
 */
export function filesOf(folder: string): string[] {
  const path = folder === "" ? resolve(".") : pathWithin(resolve("."), folder.replace(/\/$/, ""));
  if (folder !== "" && !isWithin(realpathSync("."), realpathSync(path))) throw new Refusal(403, "it is elsewhere");
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isFile()))
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
      .sort()
      .slice(0, MOST);
  } catch {
    throw new Refusal(404, `there is no folder ${folder}`);
  }
}
