import { Html, html } from "./html.js";
import { stylesheet } from "./stylesheet.js";

/**
 * A whole HTML page that needs nothing but itself: its style is in it, its figures are SVG, and it runs no scripts.
 *
 * @param main what is read
 */
export function standalonePage(title: string, main: Html): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Html(stylesheet())}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
  return page.text;
}
