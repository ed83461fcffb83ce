import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { serve as listen } from "@hono/node-server";
import { InputError } from "../base/errors.js";
import { createApp } from "./app.js";
import { allowedHosts, createKeys } from "./guard.js";
import type { Served } from "./served.js";

/** What a server is started with. */
export interface ServeOptions {
  /** The folder that is shown; made where it is not there. */
  readonly root: string;
  readonly host: string;
  /** 0 takes one that is free. */
  readonly port: number;
  /** How this program is called, as a person types it. */
  readonly program: readonly string[];
  /** How it is started as a process: the interpreter, and its script. */
  readonly runs: readonly string[];
}

/**
 * Serves the page over the runs of a folder.
 *
 * @returns the link to open, which holds the token; and `served`, as which it goes on
 * @throws InputError where the folder cannot be made, or the port is taken
 */
export async function startServer(options: ServeOptions): Promise<{ readonly link: string; readonly served: Served }> {
  const root = resolve(options.root);
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw new InputError(`cannot serve ${options.root}: it is no folder, and cannot be made`, { cause: error });
  }
  const { program, runs, host } = options;
  const served: Served = {
    ...{ root, program, runs, keys: createKeys(), port: options.port, hosts: new Set<string>() },
    ...{ pages: 0, left: performance.now() },
  };
  const app = createApp(served);
  served.port = await new Promise<number>((resolve, reject) => {
    const server = listen({ fetch: app.fetch, hostname: host, port: options.port }, ({ port }: AddressInfo) =>
      resolve(port),
    );
    server.on("error", ({ code, message }: NodeJS.ErrnoException) => {
      const reason = code === "EADDRINUSE" ? "another program listens there; choose another --port" : message;
      reject(new InputError(`cannot listen on ${host}:${options.port}: ${reason}`));
    });
  });
  served.hosts = allowedHosts(host, served.port);
  const name = host.includes(":") ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  return { link: `http://${name}:${served.port}/?token=${served.keys.link}`, served };
}
