#!/usr/bin/env node
import { onInterrupt } from "./interrupt.js";

// Where standard error is closed, as a terminal can be, nobody is left to be told of it.
process.stderr.on("error", () => {});

const stop = onInterrupt(() => {
  console.error("interrupted; nothing was written");
  process.exit(130);
});
try {
  const { run } = await import("./program.js");
  // A signal that came while this was loaded is heard between a timer and the next immediate.
  await new Promise((resolve) => setTimeout(() => setImmediate(resolve)));
  stop();
  const code = await run(process.argv.slice(2), process);
  // Of a result that could not be written the code is set already.
  if (code !== 0) process.exitCode = code;
} catch (error) {
  const missing = missingPackage(error);
  if (missing === undefined) throw error;
  console.error(`learning-law: ${missing} is not installed; run npm ci in the folder of learning-law`);
  process.exitCode = 2;
}

/** The package that could not be imported because it is not installed. */
function missingPackage(error: unknown): string | undefined {
  const { code, message = "" } = error as NodeJS.ErrnoException;
  return code === "ERR_MODULE_NOT_FOUND" ? /^Cannot find package '([^']+)'/.exec(message)?.[1] : undefined;
}
