import { fork } from "node:child_process";
import { basename, dirname } from "node:path";
import type { CommandContext, OptionDescription } from "./command.js";

/** Of commands that run for long. */
export const watch = {
  about: "print a link to a page that shows the run while it runs, as `learning-law serve` does",
} as const satisfies OptionDescription;

/** What a server that was started so tells the command. */
export interface WatchMessage {
  readonly link?: string;
  readonly refused?: string;
}

/**
 * Starts a server for the page of a run, and prints the link. It is a process of its own, for a command that computes does
 * not answer meanwhile: Ctrl-C does not reach it, and some time after the command has ended and the page was closed it ends.
 * Where there can be none, that is said, and the command goes on.
 *
 * @param directory of the run
 */
export function watchRun(context: CommandContext, directory: string): Promise<void> {
  return watchFolder(context, dirname(directory), basename(directory));
}

/** The same for what a command leaves in a folder. */
export async function watchFolder({ tell }: CommandContext, folder: string, run?: string): Promise<void> {
  const server = fork(process.argv[1], ["serve", folder, "--port", "0"], { detached: true, stdio: "ignore" });
  const { link, refused } = await new Promise<WatchMessage>((resolve) => {
    server.once("message", (message) => resolve(message as WatchMessage));
    server.once("error", ({ message }) => resolve({ refused: message }));
    server.once("exit", () => resolve({ refused: "its server has ended" }));
  });
  server.unref();
  server.channel?.unref();
  const place = run === undefined ? "" : `&${new URLSearchParams({ run })}`;
  tell(link === undefined ? `learning-law: there is no page to watch: ${refused}` : `watch ${link}${place}`);
}
