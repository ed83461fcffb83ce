import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../src/files/package-root.js";
import { contents, writeCorpus } from "../src/testing/runs.js";
import { type Ended, type Started, start } from "./command.js";
import { type Computation, computations } from "./computations.js";

const DOCUMENTS = 400;

/** Where the command is run: a folder, and in it what each computation gives when nothing happens to it. */
export class Laboratory {
  private constructor(
    readonly folder: string,
    private readonly seconds: ReadonlyMap<string, number>,
  ) {}

  /** Makes it; every computation runs once. */
  static async open(): Promise<Laboratory> {
    const seconds = new Map<string, number>();
    const laboratory = new Laboratory(mkdtempSync(join(tmpdir(), "learning-law-soak-")), seconds);
    mkdirSync(laboratory.reference);
    writeCorpus(join(laboratory.reference, "corpus.txt"), DOCUMENTS);
    for (const { name, first } of computations) {
      const began = performance.now();
      const { code, stderr } = await laboratory.run(laboratory.reference, first);
      if (code !== 0) throw new Error(`${name} fails when nothing happens to it: ${stderr}`);
      seconds.set(name, (performance.now() - began) / 1000);
      if (name === "search") cpSync(laboratory.at("searched"), laboratory.at("not-evaluated"), { recursive: true });
    }
    return laboratory;
  }

  get reference(): string {
    return join(this.folder, "reference");
  }

  /** Seconds that a computation takes when nothing happens to it. */
  secondsOf({ name }: Computation): number {
    return this.seconds.get(name)!;
  }

  start(folder: string, words: readonly string[], shell?: string): Started {
    return start(join(packageRoot, "dist/cli/main.js"), folder, words, shell);
  }

  run(folder: string, words: readonly string[], shell?: string): Promise<Ended> {
    return this.start(folder, words, shell).ended;
  }

  /** What of a computation's results is not as it would be if nothing had happened. */
  differences(computation: Computation, folder: string): string[] {
    // Evaluated is what was searched for, later.
    const from = computation.name === "search" ? "not-evaluated" : undefined;
    return computation.results.flatMap((name) => {
      const [found, wanted] = [resultAt(join(folder, name)), resultAt(this.at(from ?? name))];
      const names = new Set([...Object.keys(found), ...Object.keys(wanted)]);
      return [...names]
        .filter((file) => found[file] !== wanted[file])
        .map((file) => `${computation.name}: ${join(name, file)} is not what an undisturbed one gives`);
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private at(name: string): string {
    return join(this.reference, name);
  }
}

function resultAt(path: string): Record<string, string> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { "(it)": "is not there" };
  if (stats.isFile()) return { "": readFileSync(path, "latin1") };
  return contents(path);
}
