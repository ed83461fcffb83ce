import { expect, test } from "vitest";
import { html } from "./html.js";

test("text is escaped, HTML is not, lists are joined", () => {
  const cells = ["<b>", "a & b", `"'`].map((text) => html`<td title="${text}">${text}</td>`);
  expect(html`<tr>${cells}${1}</tr>`.text).toBe(
    '<tr><td title="&lt;b&gt;">&lt;b&gt;</td><td title="a &amp; b">a &amp; b</td><td title="&quot;&#39;">&quot;&#39;</td>1</tr>',
  );
});

test("what looks like HTML in a list of texts is text", () => {
  expect(html`${["<i>", 2, []]}`.text).toBe("&lt;i&gt;2");
});
