import { declarations } from "./palette.js";

/** The look of the page: light or dark as the reader has it, always light in print. */
export function stylesheet(): string {
  return `
:root { ${declarations("light")} color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { ${declarations("dark")} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: 2.2rem; margin: 0 0 .75rem; }
h2 { font-size: 1.4rem; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; }
section, details { border-top: 1px solid var(--rule); padding-top: 1.75rem; margin-top: 2rem; }
.kicker, .quiet, dt { color: var(--quiet); }
.kicker { margin: 0; }
.lead { max-width: 46rem; font-size: 1.1rem; }
.big { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; margin: 1.25rem 0; font-size: 1.25rem; }
.big b { color: var(--best); font-size: clamp(3.5rem, 12vw, 6rem); line-height: 1.05; letter-spacing: -.02em; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .75rem; margin: 0; }
dl div { background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
dt { font-size: .9rem; }
dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
figure { margin: 0; }
.scroll { overflow-x: auto; }
figure svg { display: block; width: 100%; max-width: 38rem; height: auto; }
figcaption { margin-top: .75rem; max-width: 42rem; font-size: .95rem; }
.absent { font-size: .95rem; }
.absent p { margin: 0; }
.found { font-size: 1.05rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem 1.25rem .4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); font-weight: normal; }
thead th { color: var(--quiet); white-space: nowrap; }
tbody th { min-width: 8rem; }
tr.measured th, tr.measured td { font-weight: 600; }
.examples { width: 100%; min-width: 34rem; }
.examples .text { width: 100%; overflow-wrap: anywhere; }
.examples td { white-space: nowrap; }
.examples td.text { white-space: normal; }
summary { cursor: pointer; font-weight: 600; }
pre { overflow-x: auto; background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; font-size: .85rem; }
@media (min-width: 60rem) {
  figure { display: grid; grid-template-columns: minmax(0, 38rem) minmax(16rem, 1fr); gap: 2.5rem; align-items: start; }
  figcaption { margin-top: 0; }
}
@media print {
  main { max-width: none; padding: 0; }
  figure, table, dl, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  figure { display: block; }
  .scroll { overflow: visible; }
}
`;
}
