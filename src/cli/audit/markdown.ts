import type { FileAudit } from "../../audit/file.js";
import { formatNumber } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
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
  thresholdSentences,
  verdictsOf,
} from "./words.js";

/** The audit as GitHub's Markdown, for a pull request or an issue. */
export function auditMarkdown(audited: FileAudit, next: string | undefined): string {
  const { source, result } = audited;
  const verdicts = verdictsOf(result).map(({ word, reason }) => `- **${word}** ${escaped(reason)}`);
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
  const parts = [
    `## Audit of ${escaped(nameOf(source))}`,
    escaped(headline(audited)),
    verdicts.join("\n"),
    table(["", "rate", "estimate", `${confidenceText(result)} interval`], "llrr", rates),
    table(["", "rows", "audited", "correct", "wrong"], "lrrrr", counts),
    ...(result.slices.length > 0
      ? [
          table(
            SLICE_HEADS,
            "lrrrrrlll",
            result.slices.map((slice) => sliceFields(slice)),
          ),
        ]
      : []),
    ...thresholdSentences(audited).map(escaped),
    ...facts(audited).map(escaped),
    ...(sentences(audited).length > 0
      ? [
          sentences(audited)
            .map((warning) => `> ${escaped(warning)}`)
            .join("\n>\n"),
        ]
      : []),
    ...(next === undefined ? [] : [nextText(next)]),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A sentence, and a command as code. */
function nextText(next: string): string {
  return next
    .split("\n")
    .map((line) => (line.startsWith("  ") ? fenced(line.trim()) : escaped(line)))
    .join("\n\n");
}

/** A fence longer than any in what it holds. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${code}\n${fence}`;
}

/** A table in Markdown. @param align `l` or `r` for each column. */
export function table(heads: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  const rule = [...align].map((side) => (side === "l" ? "---" : "---:"));
  return [line(heads), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Text that is text in Markdown too: no table is broken by it, no tag or link made. */
export function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/[\\`*_{}[\]#|~>!@]/g, (sign) => (sign === "@" ? "@\u200b" : `\\${sign}`));
}
