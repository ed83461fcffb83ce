import { setTimeout as wait } from "node:timers/promises";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Jobs } from "./jobs.js";
import type { ListEvents, RunEvents, RunsEvents } from "./protocol.js";
import type { RunList } from "./run-list.js";
import type { Served } from "./served.js";

/** Between two looks for a page, in milliseconds. */
const BETWEEN_LOOKS = 250;
/** While there is more to read than one look takes. */
const SOON = 10;
/** After so long a silence something is sent, so that both sides know that the other is there. */
const SILENCE = 15_000;

/** Sends events until the page has gone: each turn returns what is to be sent, and whether there is more soon. */
function stream(
  context: Context,
  served: Served,
  turn: () => {
    readonly events: readonly (readonly [string, unknown])[];
    readonly more: boolean;
    readonly end?: boolean;
  },
): Response {
  return streamSSE(context, async (out) => {
    served.pages += 1;
    let open = true;
    let sentAt = 0;
    out.onAbort(() => {
      open = false;
    });
    try {
      while (open) {
        const { events, more } = turn();
        for (const [event, data] of events) await out.writeSSE({ event, data: JSON.stringify(data) });
        const now = performance.now();
        if (events.length > 0) sentAt = now;
        else if (now - sentAt > SILENCE) {
          await out.writeSSE({ event: "still", data: "" });
          sentAt = now;
        }
        await wait(more ? SOON : BETWEEN_LOOKS);
      }
    } finally {
      served.pages -= 1;
      served.left = performance.now();
    }
  });
}

/** Sends the list, and then what changes in it. */
export function streamList(context: Context, list: RunList, served: Served): Response {
  let seen = 0;
  let first = true;
  return stream(context, served, () => {
    const more = list.refresh();
    const { version, rows, gone } = list.since(seen);
    seen = version;
    const events: [keyof ListEvents, unknown][] = [];
    // The first is sent though it be empty, so that the page knows that there is nothing.
    if (rows.length > 0 || first) events.push(["rows", rows]);
    if (gone.length > 0) events.push(["gone", gone]);
    first = false;
    return { events, more };
  });
}

/** Sends the curves of runs, thinned, and then what is added to them. */
export function streamRuns(
  context: Context,
  ids: readonly string[],
  list: RunList,
  jobs: Jobs,
  served: Served,
): Response {
  const watchers = ids.map((id) => new Watcher(id, list, jobs));
  return stream(context, served, () => {
    list.refresh();
    const events: ["run", RunsEvents["run"]][] = [];
    let more = false;
    for (const [place, watcher] of watchers.entries()) {
      const found = watcher.look();
      more ||= found.more;
      if (Object.keys(found.news).length > 0) events.push(["run", { place, news: found.news }]);
    }
    return { events, more };
  });
}

/** One run for one page: what that has had of it already. */
class Watcher {
  private sent = { row: "", generation: -1, points: 0, tip: "", log: "" };
  private isGone = false;

  constructor(
    private readonly id: string,
    private readonly list: RunList,
    private readonly jobs: Jobs,
  ) {}

  look(): { readonly news: Partial<RunEvents>; readonly more: boolean } {
    const { id, list, sent } = this;
    const reading = list.lookNow(id);
    const row = list.row(id);
    if (row === undefined) {
      const news: Partial<RunEvents> = this.isGone ? {} : { gone: true };
      this.isGone = true;
      this.sent = { row: "", generation: -1, points: 0, tip: "", log: "" };
      return { news, more: false };
    }
    this.isGone = false;
    const log = this.jobs.log(id) ?? "";
    const told = JSON.stringify(row);
    const news = { ...(told !== sent.row && { row }), ...(log !== sent.log && { log }) };
    this.sent = { ...sent, row: told, log };
    // What is still being read is not drawn yet.
    return { news: reading ? news : { ...news, ...this.curveNews() }, more: reading };
  }

  private curveNews(): Partial<RunEvents> {
    const { sent } = this;
    const curve = this.list.run(this.id)?.curve;
    if (curve === undefined) return {};
    const { generation } = curve;
    const points = curve.points();
    const tip = curve.tip();
    const toldTip = JSON.stringify(tip);
    this.sent = { ...sent, generation, points: points.length, tip: toldTip };
    return {
      ...(generation !== sent.generation && { curve: points }),
      ...(generation === sent.generation && points.length > sent.points && { more: points.slice(sent.points) }),
      ...(toldTip !== sent.tip && { tip }),
    };
  }
}
