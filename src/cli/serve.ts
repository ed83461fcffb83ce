import type { Served } from "../serve/served.js";
import { command } from "./command.js";
import { program } from "./command-line.js";
import { wholeNumber } from "./options.js";
import type { WatchMessage } from "./watch.js";

/** Where the page is, unless another program is there. */
const PORT = 7417;
const LOCAL = "127.0.0.1";
/** How long a server that a command has started waits for a page after that command. */
const WAITS = 600;

export const serve = command({
  name: "serve",
  summary: "a page in the browser to watch runs while they run, and to start new ones",
  description:
    "Serves a page over a folder of runs, on this machine alone: what runs, how far it is and what it has found, with curves " +
    "that grow; a form that starts a new run; stop and resume. Runs are processes of their own: they go on when the page or " +
    "this server ends, and a server that is started again finds them. Open the link that it prints, which holds the token " +
    "without which nobody else on this machine can look. Ctrl-C ends it.",
  arguments: [{ name: "[folder]", about: "the folder of runs", default: "runs" }],
  options: {
    port: {
      value: "<n>",
      about: "where it listens; 0 for one that is free",
      parse: wholeNumber(0, 65_535),
      defaultShown: `${PORT}, or a free one`,
    },
    host: {
      value: "<address>",
      about: `the address that it listens on; any other than ${LOCAL} can be reached from other machines, unencrypted`,
      default: LOCAL,
    },
  },
  help: `Examples:
  learning-law serve
  learning-law serve experiments --port 8000
  ssh -L 7417:127.0.0.1:7417 machine             then open the link here: runs on another machine`,
  withoutRuntime: true,

  async run({ tell }, [folder], { port, host }) {
    const { startServer } = await import("../serve/server.js");
    const { InputError } = await import("../base/errors.js");
    const options = { root: folder, host, program: program(), runs: [process.execPath, process.argv[1]] };
    if (host !== LOCAL && host !== "localhost" && host !== "::1")
      tell(
        `learning-law: ${host} can be reached from other machines, and what is sent is not encrypted: whoever has the link, or ` +
          "listens on the way, sees the runs and their texts and can start and stop runs",
      );
    const { link, served } = await startServer({ ...options, port: port ?? PORT }).catch((error) => {
      // Where nobody asked for a port, any will do.
      if (port !== undefined || !(error instanceof InputError)) throw error;
      return startServer({ ...options, port: 0 });
    });
    if (process.send !== undefined) await serveACommand(link, served);
    return { link, folder, port: served.port };
  },

  lines: ({ link, folder }) => [`The runs of ${folder} are shown at`, `  ${link}`, "Ctrl-C ends this; runs go on."],
});

/** Tells the command that has started this server the link, and ends when that and the pages have. */
async function serveACommand(link: string, served: Served): Promise<void> {
  const { endWhenIdle } = await import("../serve/end-when-idle.js");
  const message: WatchMessage = { link };
  process.send?.(message);
  process.once("disconnect", () => endWhenIdle(served, WAITS, () => process.exit()));
}
