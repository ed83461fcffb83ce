import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../src/base/random.js";

/** Flips a bit of one of a run's files, or, one time in four, cuts it. Returns which file, and what was done to it. */
export function damageFile(run: string, random: Random): { name: string; what: string } {
  const files = readdirSync(run, { recursive: true }).map(String).sort();
  const names = files.filter((name) => statSync(join(run, name)).size > 0 && /\.\w+$/.test(name));
  const name = names[random.integer(names.length)];
  const path = join(run, name);
  const bytes = readFileSync(path);
  const position = random.integer(bytes.length);
  if (random.integer(4) === 0) {
    writeFileSync(path, bytes.subarray(0, position));
    return { name, what: `cut to ${position} bytes` };
  }
  bytes[position] ^= 1 << random.integer(8);
  writeFileSync(path, bytes);
  return { name, what: `with a bit of byte ${position} flipped` };
}
