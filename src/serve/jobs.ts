import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import { readJson, writeJson } from "../files/json-file.js";
import type { Entry } from "./entries/entry.js";
import { UNKNOWN } from "./entries/entry.js";
import type { Found } from "./entries/find-entries.js";
import { identityOf } from "./process-identity.js";
import type { Row } from "./protocol.js";
import { Refusal } from "./served-folder.js";

/*
 * Below the served folder, .page/ keeps what a server that is started again must know of the processes that one before it
 * has started:
 *
 *   NAME.json   the words of the command, its process, and the directory that it computes in
 *   NAME.log    what it has said
 */
const FOLDER = ".page";
/** Of what a process has said, so much of its end is shown. */
const LOG = 16 * 1024;

const Job = z.object({
  words: z.array(z.string()),
  /** From the served folder on, with slashes. */
  id: z.string(),
  kind: z.enum(["search", "training", "seeds"]),
  pid: z.int(),
  identity: z.string(),
  begun: z.number(),
});
type Job = Readonly<z.infer<typeof Job>>;

/**
 * The commands that were started from a page. They are processes of their own, in sessions of their own: they go on when the
 * page or the server ends.
 */
export class Jobs {
  private readonly folder: string;
  private readonly known = new Map<string, Job>();

  /**
   * @param program what runs the command line: the program and its first words
   */
  constructor(
    root: string,
    private readonly program: readonly string[],
  ) {
    this.folder = join(root, FOLDER);
    for (const name of namesIn(this.folder)) this.remember(name);
  }

  /**
   * Starts a command that computes in a directory.
   *
   * @throws Refusal where a process that was started here computes there already, InputError where the folder cannot be written
   */
  start(kind: Job["kind"], id: string, words: readonly string[]): void {
    if (this.isRunning(id)) throw new Refusal(409, `${id} is being computed already`);
    this.forget(id);
    try {
      mkdirSync(this.folder, { recursive: true });
    } catch (error) {
      throw new InputError(`cannot write ${this.folder}`, { cause: error });
    }
    const name = randomBytes(8).toString("hex");
    const log = openSync(this.path(`${name}.log`), "w", 0o600);
    try {
      const [command, ...first] = this.program;
      const child = spawn(command, [...first, ...words], { detached: true, stdio: ["ignore", log, log] });
      child.on("error", () => {});
      child.unref();
      if (child.pid === undefined) throw new InputError(`cannot start ${command}`);
      const job = {
        words: [...words],
        id,
        kind,
        pid: child.pid,
        identity: identityOf(child.pid) ?? "",
        begun: Date.now(),
      };
      writeJson(this.path(`${name}.json`), job);
      this.known.set(name, job);
    } finally {
      closeSync(log);
    }
  }

  /** Ends the command that computes in a directory as Ctrl-C does. Throws Refusal where none was started here. */
  stop(id: string): void {
    const job = this.of(id);
    if (job === undefined || !isAlive(job))
      throw new Refusal(
        409,
        `no command that this page has started computes ${id}; end it where it was started, with Ctrl-C`,
      );
    process.kill(job.pid, "SIGINT");
  }

  /** Whether a command that was started here computes in this directory. */
  isRunning(id: string): boolean {
    const job = this.of(id);
    return job !== undefined && isAlive(job);
  }

  /** The end of what the command of a directory has said; undefined where none was started here. */
  log(id: string): string | undefined {
    const name = this.nameOf(id);
    return name === undefined ? undefined : endOf(this.path(`${name}.log`));
  }

  /** Removes what is known of a directory's command, which must have ended. */
  forget(id: string): void {
    const name = this.nameOf(id);
    if (name === undefined || this.isRunning(id)) return;
    this.known.delete(name);
    for (const ending of ["json", "log"]) rmSync(this.path(`${name}.${ending}`), { force: true });
  }

  /** Those of which there may be no directory: beginning, or failed before there was one. */
  entries(): Found[] {
    for (const name of namesIn(this.folder)) if (!this.known.has(name)) this.remember(name);
    return [...this.known.values()].map((job) => ({ id: job.id, kind: "job", make: () => this.entry(job) }));
  }

  private entry(job: Job): Entry {
    let state: Row["state"] | undefined;
    const entry = {
      row: { ...UNKNOWN, id: job.id, kind: job.kind, state: "running", note: "beginning", changed: job.begun } as Row,
      look: () => {
        const before = state;
        state = isAlive(job) ? "running" : "failed";
        const said = this.log(job.id)?.trimEnd().split("\n").at(-1) ?? "";
        entry.row = { ...entry.row, state, note: state === "running" ? "beginning" : said };
        return { changed: before !== state, more: false };
      },
    };
    return entry;
  }

  private remember(name: string): void {
    try {
      this.known.set(name, readJson(this.path(`${name}.json`), Job));
    } catch (error) {
      // What was damaged there says nothing any more.
      if (!(error instanceof InputError)) throw error;
    }
  }

  private of(id: string): Job | undefined {
    const name = this.nameOf(id);
    return name === undefined ? undefined : this.known.get(name);
  }

  private nameOf(id: string): string | undefined {
    return [...this.known].findLast(([, job]) => job.id === id)?.[0];
  }

  private path(name: string): string {
    return join(this.folder, name);
  }
}

/** The path of a directory as the pages name it. */
export function idOf(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

function isAlive({ pid, identity }: Job): boolean {
  return identityOf(pid) === identity;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => /^([\da-f]+)\.json$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

function endOf(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(LOG, size));
      readSync(file, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString();
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
