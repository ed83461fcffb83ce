import { Worker } from "node:worker_threads";
import { InputError } from "../../base/errors.js";
import type { DrawingAnswer, DrawingName, DrawingRequest, Drawings } from "./requests.js";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Draws and reads beside the server, so that it answers meanwhile. The thread begins with the first request. */
export class Drawing {
  private worker: Worker | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** Throws InputError where what is asked for cannot be given. */
  ask<Name extends DrawingName>(name: Name, given: Drawings[Name][0]): Promise<Drawings[Name][1]> {
    this.worker ??= this.start();
    const id = ++this.asked;
    const request: DrawingRequest = { id, name, given };
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker!.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await this.worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(new URL("./drawing-worker.js", import.meta.url));
    worker.unref();
    worker.on("message", ({ id, result, refused, failed }: DrawingAnswer) => {
      const { resolve, reject } = this.waiting.get(id)!;
      this.waiting.delete(id);
      if (refused !== undefined) reject(new InputError(refused));
      else if (failed !== undefined) reject(new Error(failed));
      else resolve(result as never);
    });
    worker.on("error", (error) => this.fail(error));
    worker.on("exit", () => this.fail(new Error("the thread that draws has ended")));
    return worker;
  }

  /** The next request begins another thread. */
  private fail(error: Error): void {
    this.worker = undefined;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
