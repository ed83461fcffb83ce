import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { InputError } from "../base/errors.js";
import { quoted } from "../base/words.js";
import { curveTable } from "./curve-table.js";
import { Drawing } from "./drawing/drawing.js";
import { guard } from "./guard.js";
import { Jobs } from "./jobs.js";
import { checkedRun, formOf, NewRunRequest, wordsOf } from "./new-run.js";
import { readPageFiles } from "./page-files.js";
import type { RunSettings } from "./protocol.js";
import { RunList } from "./run-list.js";
import { resumingWords, runSettings } from "./run-settings.js";
import type { Served } from "./served.js";
import { pathWithin, Refusal } from "./served-folder.js";
import { streamList, streamRuns } from "./streams.js";
import { filesOf } from "./working-files.js";
import { TextRequest, writtenText } from "./written-text.js";

/** Cells of a policy's map at most. */
const MAP = { columns: 200, rows: 120 };
/** Runs that are laid over another at most. */
const OTHERS = 8;
/** Examples that are shown at a time. */
const EXAMPLES = 20;
const RunRequest = z.object({ run: z.string().max(1000) });

/** The server's answers, all of them behind the guard. */
export function createApp(served: Served): Hono {
  const { root, program, keys } = served;
  const jobs = new Jobs(root, served.runs);
  const list = new RunList(root, jobs);
  const drawing = new Drawing();
  const files = readPageFiles();
  const app = new Hono();
  const index = files.get("/index.html")!;
  const pathOf = (context: Context) => pathWithin(root, context.req.query("run") ?? "");
  const othersOf = (context: Context) =>
    (context.req.queries("with") ?? []).slice(0, OTHERS).map((id) => pathWithin(root, id));
  const drawn = (context: Context) => ({ run: pathOf(context), others: othersOf(context) });

  app.use(
    guard(
      keys,
      () => served.hosts,
      () => served.port,
    ),
  );
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json({ error: error.message }, error.status);
    if (error instanceof InputError) return context.json({ error: error.message }, 400);
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      return context.json({ error: "this is not what the page sends" }, 400);
    console.error(error);
    return context.json({ error: "a mistake of this program; its terminal says more" }, 500);
  });
  app.notFound((context) => context.json({ error: "there is no such page" }, 404));

  app.get("/", (context) => context.body(new Uint8Array(index.bytes), 200, { "content-type": index.type }));
  app.get("/assets/*", (context) => {
    const file = files.get(context.req.path);
    if (file === undefined) throw new Refusal(404, "there is no such file");
    return context.body(new Uint8Array(file.bytes), 200, { "content-type": file.type });
  });

  app.get("/api/session", (context) => context.json({ change: keys.change, root: relative(".", root) || "." }));
  app.get("/api/list", (context) => streamList(context, list, served));
  app.get("/api/runs", (context) => {
    const ids = (context.req.queries("run") ?? []).slice(0, 1 + OTHERS);
    return streamRuns(context, ids, list, jobs, served);
  });

  app.get("/api/settings", (context) => {
    const path = pathOf(context);
    const resume = list.row(context.req.query("run")!)?.resumable
      ? [...program, ...resumingWords(path, relative(".", path))].map(quoted).join(" ")
      : null;
    return context.json({ ...runSettings(path, othersOf(context)), resume } satisfies RunSettings);
  });
  app.get("/api/figures", async (context) => context.json(await drawing.ask("figures", drawn(context))));
  app.get("/api/figure", async (context) => {
    const slug = context.req.query("slug") ?? "";
    const format = z.enum(["light", "dark", "png"]).parse(context.req.query("format"));
    const figure = await drawing.ask("figure", { ...drawn(context), slug, format });
    if (figure === undefined) throw new Refusal(404, "there is no such figure");
    return context.body(figure as string, 200, {
      "content-type": format === "png" ? "image/png" : "image/svg+xml; charset=utf-8",
      ...attached(context, `${slug}.${format === "png" ? "png" : "svg"}`),
    });
  });
  app.get("/api/report", async (context) => {
    const page = await drawing.ask("report", drawn(context));
    // It needs no scripts, and its style is in it.
    context.header("content-security-policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox");
    return context.html(page, 200, attached(context, "report.html"));
  });
  app.get("/api/examples", async (context) => {
    const order = z.enum(["most", "least"]).parse(context.req.query("order"));
    const query = context.req.query("query") ?? "";
    return context.json(await drawing.ask("examples", { run: pathOf(context), order, query, limit: EXAMPLES }));
  });
  app.get("/api/compare", async (context) => {
    const [baseline] = othersOf(context);
    if (baseline === undefined) throw new Refusal(400, "name a training to compare with");
    return context.json(await drawing.ask("compare", { run: pathOf(context), baseline }));
  });
  app.get("/api/policy", async (context) =>
    context.json(await drawing.ask("policy", { run: pathOf(context), ...MAP })),
  );
  app.get("/api/curve.csv", (context) => {
    const table = curveTable(pathOf(context));
    return context.body(table, 200, { "content-type": "text/csv; charset=utf-8", ...attached(context, "curve.csv") });
  });

  app.post("/api/text", async (context) => {
    const asked = TextRequest.parse(await context.req.json());
    return context.json(await writtenText(asked, pathWithin(root, asked.run), served.runs));
  });
  app.get("/api/form", (context) => {
    const command = z.enum(["search", "train"]).parse(context.req.query("command"));
    return context.json(formOf(command, context.req.query("preset") || "quickstart", root));
  });
  app.get("/api/files", (context) => context.json(filesOf(context.req.query("folder") ?? "")));
  app.post("/api/check", async (context) =>
    context.json(checkedRun(NewRunRequest.parse(await context.req.json()), root, program)),
  );
  app.post("/api/start", async (context) => {
    const asked = NewRunRequest.parse(await context.req.json());
    const { wrong } = checkedRun(asked, root, program);
    if (wrong !== null) throw new Refusal(400, wrong);
    const kind = asked.seeds !== null ? "seeds" : asked.command === "train" ? "training" : "search";
    jobs.start(kind, asked.out, wordsOf(asked, root));
    return context.json({ run: asked.out });
  });
  app.post("/api/stop", async (context) => {
    const { run } = RunRequest.parse(await context.req.json());
    jobs.stop(run);
    return context.json({ run });
  });
  app.post("/api/resume", async (context) => {
    const { run } = RunRequest.parse(await context.req.json());
    const path = pathWithin(root, run);
    const row = list.row(run);
    if (row?.resumable !== true) throw new Refusal(409, `${run} is not to be continued now`);
    const kind = row.kind === "training" || row.kind === "seeds" ? row.kind : "search";
    jobs.start(kind, run, resumingWords(path, relative(".", path)));
    return context.json({ run });
  });
  app.post("/api/dismiss", async (context) => {
    const { run } = RunRequest.parse(await context.req.json());
    // Of what has a directory nothing is lost: only what its process said is forgotten.
    if (!existsSync(join(root, run))) jobs.forget(run);
    return context.json({ run });
  });
  return app;
}

/** Where a file is to be kept rather than shown. */
function attached(context: Context, name: string): Record<string, string> {
  if (context.req.query("download") === undefined) return {};
  return { "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/g, "-")}"` };
}
