import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/**
 * Does `action`, and after each change that it makes to files, and in the middle of each write, calls `observe`: what is
 * on the disk then is what a process killed at that moment leaves.
 */
export async function watchFiles(action: () => unknown, observe: () => void): Promise<void> {
  const original = { ...fs };
  let watching = true;
  const quietly = () => {
    if (!watching) return;
    watching = false;
    observe();
    watching = true;
  };
  const names = ["openSync", "renameSync", "rmSync", "mkdirSync", "ftruncateSync", "writeFileSync"] as const;
  for (const name of names) {
    fs[name] = ((...args: unknown[]) => {
      const result = (original[name] as (...args: unknown[]) => unknown)(...args);
      quietly();
      return result;
    }) as never;
  }
  fs.writeSync = ((file: number, bytes: Uint8Array, offset = 0) => {
    const length = offset === 0 ? Math.ceil(bytes.length / 2) : bytes.length - offset;
    const written = original.writeSync(file, bytes, offset, length);
    quietly();
    return written;
  }) as never;
  syncBuiltinESMExports();
  try {
    await action();
  } finally {
    for (const name of [...names, "writeSync"] as const) fs[name] = original[name] as never;
    syncBuiltinESMExports();
  }
}
