import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why tests in a browser are skipped, behind their name; undefined where there is a browser. */
export const noChromium = existsSync(executablePath)
  ? undefined
  : ` (skipped: there is no Chromium at ${executablePath}; CHROMIUM may name another)`;

/** Starts the Chromium of the machine; with WebGPU on the processor (SwiftShader, which it brings) where that is asked for. */
export function launchChromium({ webgpu = false } = {}): Promise<Browser> {
  const gpu = webgpu ? ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"] : ["--disable-gpu"];
  const args = ["--no-sandbox", "--disable-background-networking", "--no-first-run", ...gpu];
  return chromium.launch({ executablePath, args });
}
