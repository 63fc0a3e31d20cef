import type { FileAudit } from "../../audit/file.js";
import { formatNumber } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import { intervalSvg } from "./htmlPicture.js";
import { PAGE_STYLE } from "./htmlStyle.js";
import { thresholdSentences } from "./thresholdWords.js";
import {
  between,
  confidenceText,
  countRows,
  facts,
  headline,
  rate,
  ratesOf,
  SLICE_HEADS,
  sentences,
  sliceFields,
  verdictsOf,
} from "./words.js";

/**
 * The audit as one page: no script, nothing that is fetched, light or dark as the reader's system is.
 *
 * @param curves The rates over the threshold as SVG, on white and on dark, where a score decides.
 */
export function auditHtml(
  audited: FileAudit,
  next: string | undefined,
  curves?: { light: string; dark: string },
): string {
  const { source, result, unreadable: bad } = audited;
  const name = escaped(nameOf(source));
  const { count, first } = bad;
  const rates = ratesOf(result).map(({ symbol, name, interval }) => [
    symbol,
    name,
    rate(interval.estimate),
    between(interval),
  ]);
  const counts = countRows(result.counts).map(([name, ...numbers]) => [
    name,
    ...numbers.map((n) => formatNumber(n, 15)),
  ]);
  const sections = [
    `<header>\n<h1>Audit of ${name}</h1>\n<p class="about">${escaped(headline(audited))}</p>\n</header>`,
    `<section class="verdicts">\n${verdictsOf(result)
      .map(({ word, tone, reason }) => `<div class="${tone}"><strong>${word}</strong><p>${escaped(reason)}</p></div>`)
      .join("\n")}\n</section>`,
    section(
      "Rates",
      `<div class="wide">${intervalSvg(result)}</div>` +
        table(["", "", "estimate", `${confidenceText(result)} interval`], 2, rates),
    ),
    ...(curves === undefined
      ? []
      : [
          section(
            "Thresholds",
            `<div class="wide"><figure class="light">${curves.light}</figure><figure class="dark">${curves.dark}</figure></div>\n${thresholdSentences(
              audited,
            )
              .map((text) => `<p>${escaped(text)}</p>`)
              .join("\n")}`,
          ),
        ]),
    section("Counts", table(["", "rows", "audited", "correct", "wrong"], 1, counts)),
    ...(result.slices.length > 0
      ? [
          section(
            "Slices",
            table(
              SLICE_HEADS,
              1,
              result.slices.map((slice) => sliceFields(slice)),
            ),
          ),
        ]
      : []),
    ...(facts(audited).length > 0 ? [section("What it means", list(facts(audited)))] : []),
    ...(sentences(audited).length > 0 ? [section("Notes", list(sentences(audited)))] : []),
    ...(count > 0 ? [section("Rows that could not be used", unreadable(count, first))] : []),
    ...(next === undefined ? [] : [section("Next", nextText(next))]),
    section(
      "How the intervals are made",
      list(Object.entries(result.methods).map(([field, method]) => `${field}: ${method}`)),
    ),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>Audit of ${name}: ${result.verdict}</title>
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

function section(title: string, body: string): string {
  return `<section>\n<h2>${title}</h2>\n${body}\n</section>`;
}

/** A table; the first columns are names, the others numbers. */
function table(heads: readonly string[], names: number, rows: readonly (readonly string[])[]): string {
  const cell = (tag: string, text: string, i: number) =>
    `<${tag}${i < names ? ' class="name"' : ""}>${escaped(text)}</${tag}>`;
  const head = `<tr>${heads.map((text, i) => cell("th", text, i)).join("")}</tr>`;
  const body = rows.map((cells) => `<tr>${cells.map((text, i) => cell("td", text, i)).join("")}</tr>`);
  return `<div class="wide"><table>\n<thead>${head}</thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table></div>`;
}

function list(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${escaped(item)}</li>`).join("\n")}\n</ul>`;
}

function unreadable(count: number, first: FileAudit["unreadable"]["first"]): string {
  const more = count > first.length ? `<p>and ${formatNumber(count - first.length, 15)} more</p>` : "";
  return list(first.map(({ line, reason }) => `line ${line}: ${reason.message}`)) + more;
}

function nextText(next: string): string {
  return next
    .split("\n")
    .map((line) => (line.startsWith("  ") ? `<pre>${escaped(line.trim())}</pre>` : `<p>${escaped(line)}</p>`))
    .join("\n");
}

/** Text that is text in HTML too. */
export function escaped(text: string): string {
  const plain = text.replace(/\p{Cc}/gu, "\ufffd").replaceAll(" %", "\u00a0%");
  return plain.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
