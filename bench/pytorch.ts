import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../src/files/package-root.js";

/** Milliseconds of the same gradient in PyTorch on the same cores; undefined where there is no PyTorch. */
export function pytorchGradientMilliseconds(): number | undefined {
  const script = join(packageRoot, "bench", "gradient.py");
  const { stdout, status } = spawnSync("python3", [script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? Number(stdout.trim()) : undefined;
}
