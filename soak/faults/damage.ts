import { cpSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { contents } from "../../src/testing/runs.js";
import { complaints, type Ended } from "../command.js";
import { damageFile } from "../damage-file.js";
import type { Fault } from "../fault.js";
import type { Laboratory } from "../laboratory.js";

/** What reads a run, and what it writes; without, it is what it prints that must not change. */
const READERS: readonly { run: string; words: readonly string[]; writes?: string }[] = [
  { run: "run", words: ["generate", "run", "--prompt", "the cat", "--tokens", "8"] },
  { run: "run", words: ["export", "run", "--out", "exported"], writes: "exported" },
  { run: "run", words: ["report", "run"] },
  { run: "searched", words: ["weights", "searched", "--out", "w.jsonl"], writes: "w.jsonl" },
  { run: "searched", words: ["report", "searched"] },
  { run: "searched", words: ["evaluate", "searched"] },
];

/** What the readers give of what is whole, by their words. */
const wholes = new Map<string, string>();

export const damage: Fault = {
  name: "damage",
  about: "a flipped bit or a cut in a run's file is refused with the file's name, or changes nothing that is read",
  async attempt(laboratory, folder, random) {
    const reader = READERS[random.integer(READERS.length)];
    const { run, words } = reader;
    const key = words.join(" ");
    if (!wholes.has(key)) {
      const { ended, given } = await read(laboratory, copied(laboratory, folder, "whole"), reader);
      const wrong = complaints(ended, [0]);
      if (wrong.length > 0) return wrong;
      wholes.set(key, given);
    }
    const own = copied(laboratory, folder, "damaged");
    const { name, what } = damageFile(join(own, run), random);
    const { ended, given } = await read(laboratory, own, reader);
    const found = complaints(ended, [0, 2]);
    // Only whole lines that are gone, and of seconds, say nothing of what is wrong with them.
    if (ended.code === 2 && !ended.stderr.includes(basename(name)))
      found.push(`the refusal does not name ${name}: ${ended.stderr}`);
    if (ended.code === 0 && name !== "timings.jsonl" && given !== wholes.get(key))
      found.push(`learning-law ${key}: gives something else`);
    return found.map((complaint) => `${name} ${what}: ${complaint}`);
  },
};

/** A folder of this name with what readers read. */
function copied(laboratory: Laboratory, folder: string, name: string): string {
  const own = join(folder, name);
  for (const part of ["run", "searched", "corpus.txt"])
    cpSync(join(laboratory.reference, part), join(own, part), { recursive: true });
  return own;
}

async function read(
  laboratory: Laboratory,
  folder: string,
  { words, writes }: (typeof READERS)[number],
): Promise<{ ended: Ended; given: string }> {
  const ended = await laboratory.run(folder, words);
  if (writes === undefined || ended.code !== 0) return { ended, given: ended.stdout };
  const path = join(folder, writes);
  const given = statSync(path).isFile() ? readFileSync(path, "latin1") : JSON.stringify(contents(path));
  return { ended, given };
}
