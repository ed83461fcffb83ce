import { type ChildProcess, spawn } from "node:child_process";
import { get, request } from "node:http";
import { join } from "node:path";
import { inject } from "vitest";

/** A server of the command line, in a folder whose runs/ it serves. */
export interface Serving {
  readonly process: ChildProcess;
  readonly link: string;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: number;
  /** On standard output. */
  readonly printed: string;
  /** What it has said on standard error so far. */
  said(): string;
}

/** Starts `learning-law serve`, and waits until it has printed its link. */
export function serve(folder: string, ...args: string[]): Promise<Serving> {
  const script = join(inject("packageUnderTest"), "dist", "cli", "main.js");
  const child = spawn(process.execPath, [script, "serve", ...args], { cwd: folder });
  let [out, said] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => reject(new Error(`serve ended with ${code}: ${said}`)));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
      const [link] = /http:\/\/[^\s"]+/.exec(out) ?? [];
      if (link === undefined || !out.endsWith("\n")) return;
      const { origin, port } = new URL(link);
      resolve({ process: child, link, origin, port: Number(port), printed: out, said: () => said });
    });
  });
}

/** An answer of HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** Asks a server with exactly this path and these headers, as no browser and no `fetch` would. */
export function askPlainly(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { method = "GET", body = "" } = {},
): Promise<Answer> {
  const ask = method === "GET" ? get : request;
  return new Promise((resolve, reject) => {
    const asked = ask({ port, host: "127.0.0.1", path, headers, method, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    asked.on("error", reject);
    if (method !== "GET") asked.end(body);
  });
}
