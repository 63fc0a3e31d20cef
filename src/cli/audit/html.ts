import type { FileAudit } from "../../audit/file.js";
import type { AuditLines } from "../../audit/lines.js";
import type { AuditResult } from "../../audit/result.js";
import { printable } from "../../core/printable.js";
import { escapeHtml, formatNumber } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import {
  COUNT_HEADS,
  countRows,
  headline,
  type Pictured,
  pictured,
  rateHeads,
  rateRows,
  SLICE_HEADS,
  said,
  sliceFields,
} from "./words.js";

/** The look of the page: the colours of the figures, on white or on dark as the reader's system says. */
const PAGE_STYLE = `
:root { --ground: #ffffff; --ink: #1b1f24; --muted: #5f6770; --line: #e1e5e9; --good: #00734f; --bad: #b04400; --open: #7a5b00; --bar: #0072b2; --mark: #b04400; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #eef1f4; --muted: #a3acb6; --line: #2f363d; --good: #2fcf9f; --bad: #ff8c42; --open: #d9b84a; --bar: #56b4e9; --mark: #ff8c42; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
.about { color: var(--muted); }
.verdicts div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .5rem; padding: .7rem 1rem; margin-top: .8rem; border: 1px solid var(--line); border-left: 5px solid; border-radius: 4px; }
.verdicts p { margin: 0; }
.good { border-left-color: var(--good) !important; } .good strong { color: var(--good); }
.bad { border-left-color: var(--bad) !important; } .bad strong { color: var(--bad); }
.open { border-left-color: var(--open) !important; } .open strong { color: var(--open); }
@media (max-width: 34rem) { .verdicts div { grid-template-columns: 1fr; } }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; }
th.name, td.name { text-align: left; }
li { overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 4px; }
figure svg, .intervals { display: block; width: 100%; min-width: 34rem; height: auto; }
.dark { display: none; }
@media (prefers-color-scheme: dark) { .dark { display: block; } .light { display: none; } }
.intervals text { fill: var(--ink); font-size: 14px; } .intervals .scale { fill: var(--muted); font-size: 12px; }
.intervals .axis { stroke: var(--line); stroke-width: 2; } .intervals .bar { stroke: var(--bar); stroke-width: 8; }
.intervals .estimate { fill: var(--ground); stroke: var(--bar); stroke-width: 3; } .intervals .mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 3; }
`;

/**
 * The audit as one page: no script, nothing that is fetched, light or dark as the reader's system is.
 *
 * @param curves The rates over the threshold as SVG, on white and on dark, where a score decides.
 */
export function auditHtml(
  audited: FileAudit,
  all: AuditLines,
  next: string | undefined,
  curves?: { light: string; dark: string },
): string {
  const { source, result, unreadable: bad } = audited;
  const name = inHtml(nameOf(source));
  const { count, first } = bad;
  const sections = [
    `<header>\n<h1>Audit of ${name}</h1>\n<p class="about">${inHtml(headline(audited, all))}</p>\n</header>`,
    `<section class="verdicts">\n${all.verdicts
      .map(
        ({ word, tone, reason }) =>
          `<div class="${tone}"><strong>${word}</strong><p>${inHtml(reason.message)}</p></div>`,
      )
      .join("\n")}\n</section>`,
    section(
      "Rates",
      `<div class="wide">${intervalSvg(result)}</div>${htmlTable(rateHeads(result), 2, rateRows(result))}`,
    ),
    ...(curves === undefined
      ? []
      : [
          section(
            "Thresholds",
            `<div class="wide"><figure class="light">${curves.light}</figure><figure class="dark">${curves.dark}</figure></div>\n${said(
              all.threshold,
            )
              .map((text) => `<p>${inHtml(text)}</p>`)
              .join("\n")}`,
          ),
        ]),
    section("Counts", htmlTable(COUNT_HEADS, 1, countRows(result.counts))),
    ...(result.slices.length > 0
      ? [
          section(
            "Slices",
            htmlTable(
              SLICE_HEADS,
              1,
              result.slices.map((slice) => sliceFields(slice)),
            ),
          ),
        ]
      : []),
    ...(all.facts.length > 0 ? [section("What it means", list(said(all.facts)))] : []),
    ...(all.notes.length > 0 ? [section("Notes", list(said(all.notes)))] : []),
    ...(count > 0 ? [section("Rows that could not be used", unreadable(count, first))] : []),
    ...(next === undefined ? [] : [section("Next", nextText(next))]),
    section(
      "How the intervals are made",
      list(Object.entries(result.methods).map(([field, method]) => `${field}: ${method}`)),
    ),
  ];
  return page(`Audit of ${name}: ${result.verdict}`, sections);
}

/** One page without a script, from its sections. @param title As HTML. */
export function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${sections.join("\n")}
</main>
</body>
</html>
`;
}

export function section(title: string, body: string): string {
  return `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
}

/** A table; the first columns are names, the others numbers. */
export function htmlTable(heads: readonly string[], names: number, rows: readonly (readonly string[])[]): string {
  const cell = (tag: string, text: string, i: number) =>
    `<${tag}${i < names ? ' class="name"' : ""}>${inHtml(text)}</${tag}>`;
  const head = `<tr>${heads.map((text, i) => cell("th", text, i)).join("")}</tr>`;
  const body = rows.map((cells) => `<tr>${cells.map((text, i) => cell("td", text, i)).join("")}</tr>`);
  return `<div class="wide"><table>\n<thead>${head}</thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table></div>`;
}

export function list(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${inHtml(item)}</li>`).join("\n")}\n</ul>`;
}

export function unreadable(count: number, first: FileAudit["unreadable"]["first"]): string {
  const more = count > first.length ? `<p>and ${formatNumber(count - first.length, 15)} more</p>` : "";
  return list(first.map(({ line, reason }) => `line ${line}: ${reason.message}`)) + more;
}

function nextText(next: string): string {
  return next
    .split("\n")
    .map((line) => (line.startsWith("  ") ? `<pre>${inHtml(line.trim())}</pre>` : `<p>${inHtml(line)}</p>`))
    .join("\n");
}

/** A text of the page: inert, and a number stays with its %. */
export function inHtml(text: string): string {
  return escapeHtml(printable(text).replaceAll(" %", "\u00a0%"));
}

const [LEFT, RIGHT, STEP] = [110, 780, 34];

/** The intervals of p, p⋆ and the kept labels on one axis, as SVG; the page's style colours it. */
function intervalSvg(result: AuditResult): string {
  const rows = pictured(result);
  const height = STEP * rows.length + 26;
  const scale = [0, 0.25, 0.5, 0.75, 1].map(
    (value) => `<text class="scale" text-anchor="middle" x="${across(value)}" y="${height - 6}">${value}</text>`,
  );
  const words = rows.map(({ name, interval: { low, high } }) => `${name} from ${low.toFixed(3)} to ${high.toFixed(3)}`);
  return `<svg class="intervals" viewBox="0 0 800 ${height}" role="img" aria-label="${words.join("; ")}">\n${[...rows.map(row), ...scale].join("\n")}\n</svg>\n`;
}

function row({ name, interval, against }: Pictured, i: number): string {
  const y = STEP * i + 20;
  const line = (kind: string, from: number, to: number) =>
    `<line class="${kind}" x1="${across(from)}" x2="${across(to)}" y1="${y}" y2="${y}"/>`;
  const parts = [
    `<text x="0" y="${y + 5}">${name}</text>`,
    line("axis", 0, 1),
    line("bar", interval.low, interval.high),
  ];
  if (against != null) {
    const x = across(against);
    parts.push(`<line class="mark" x1="${x}" x2="${x}" y1="${y - 12}" y2="${y + 12}"/>`);
  }
  if (interval.estimate !== null)
    parts.push(`<circle class="estimate" cx="${across(interval.estimate)}" cy="${y}" r="5.5"/>`);
  return parts.join("");
}

function across(value: number): string {
  return (LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, value))).toFixed(1);
}
