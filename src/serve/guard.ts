import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { hostname, networkInterfaces } from "node:os";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html } from "../report/html.js";

/*
 * Who may speak to the server. On a machine that others use, 127.0.0.1 is open to all of them; and every page that a browser
 * shows may try to send requests there.
 *
 * The link that is printed holds a random token. A browser that brings it gets a cookie, HttpOnly and SameSite=Strict, and
 * nothing else answers without that. A name that somebody else's name server gives for this address (DNS rebinding) is
 * refused by the header Host. What changes something is a POST from this origin, with a second token that only the page can
 * read.
 */

/** The secrets of a server. */
export interface Keys {
  /** In the link. */
  readonly link: string;
  /** In the cookie. */
  readonly session: string;
  /** In the header of requests that change something. */
  readonly change: string;
}

/** The header that holds the second token. */
export const CHANGE_HEADER = "x-learning-law";

export function createKeys(): Keys {
  const key = () => randomBytes(32).toString("base64url");
  return { link: key(), session: key(), change: key() };
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What every answer says of itself. */
const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** The names under which a server is spoken to. */
export function allowedHosts(host: string, port: number): ReadonlySet<string> {
  const own = ["127.0.0.1", "localhost", "::1"];
  const others = host === "127.0.0.1" ? [] : [host, hostname(), ...addresses()];
  return new Set([...own, ...others].map((name) => `${name.includes(":") ? `[${name}]` : name}:${port}`.toLowerCase()));
}

function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => address));
}

/** Lets through what may speak to the server, and answers the rest. */
export function guard(keys: Keys, hosts: () => ReadonlySet<string>, port: () => number): MiddlewareHandler {
  return async (context, next) => {
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
    const host = context.req.header("host")?.toLowerCase() ?? "";
    if (!hosts().has(host)) return context.text("this is not the host's name", 403);
    const { method, url } = context.req;
    const { pathname, searchParams } = new URL(url);
    const token = searchParams.get("token");
    const cookie = `learning-law-${port()}`;
    if (method === "GET" && pathname === "/" && token !== null) {
      if (!isSame(token, keys.link)) return refuse(context);
      setCookie(context, cookie, keys.session, { httpOnly: true, sameSite: "Strict", path: "/" });
      searchParams.delete("token");
      return context.html(entrance(`/?${searchParams}`));
    }
    if (!isSame(getCookie(context, cookie) ?? "", keys.session)) return refuse(context);
    if (method === "POST") {
      const isOwn = context.req.header("origin") === `http://${host}`;
      if (!isOwn || !isSame(context.req.header(CHANGE_HEADER) ?? "", keys.change))
        return context.json({ error: "only this server's page may change something" }, 403);
    } else if (method !== "GET" && method !== "HEAD") return context.json({ error: "there is no such request" }, 405);
    return next();
  };
}

/**
 * A page that leads on to another of this server. A redirection would not do: where the link was in another site's page, the
 * browser would count that as the one that asks, and keep the cookie back.
 */
function entrance(path: string): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=${path}"><title>learning-law</title></head>
<body><p><a href="${path}">Go on to the page</a></p></body></html>
`.text;
}

function refuse(context: Context): Response | Promise<Response> {
  if (context.req.path.startsWith("/api/"))
    return context.json({ error: "open the link that learning-law serve has printed" }, 403);
  return context.text("Open the link that learning-law serve has printed: it holds the token of this server.\n", 403);
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
