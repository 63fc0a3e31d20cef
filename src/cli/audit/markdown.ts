import type { FileAudit } from "../../audit/file.js";
import { nameOf } from "../../rows/rowFiles.js";
import {
  COUNT_HEADS,
  countRows,
  facts,
  headline,
  rateHeads,
  rateRows,
  SLICE_HEADS,
  sentences,
  sliceFields,
  thresholdSentences,
  verdictsOf,
} from "./words.js";

/** The audit as GitHub's Markdown, for a pull request or an issue. */
export function auditMarkdown(audited: FileAudit, next: string | undefined): string {
  const { source, result } = audited;
  const verdicts = verdictsOf(result).map(({ word, reason }) => `- **${word}** ${inMarkdown(reason)}`);
  const parts = [
    `## Audit of ${inMarkdown(nameOf(source))}`,
    inMarkdown(headline(audited)),
    verdicts.join("\n"),
    markdownTable(rateHeads(result), "llrr", rateRows(result)),
    markdownTable(COUNT_HEADS, "lrrrr", countRows(result.counts)),
    ...(result.slices.length > 0
      ? [
          markdownTable(
            SLICE_HEADS,
            "lrrrrrlll",
            result.slices.map((slice) => sliceFields(slice)),
          ),
        ]
      : []),
    ...thresholdSentences(audited).map(inMarkdown),
    ...facts(audited).map(inMarkdown),
    ...(sentences(audited).length > 0
      ? [
          sentences(audited)
            .map((warning) => `> ${inMarkdown(warning)}`)
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
    .map((line) => (line.startsWith("  ") ? fenced(line.trim()) : inMarkdown(line)))
    .join("\n\n");
}

/** A fence longer than any in what it holds. */
function fenced(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sh\n${code}\n${fence}`;
}

/** A table in Markdown. @param align `l` or `r` for each column. */
export function markdownTable(heads: readonly string[], align: string, rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(inMarkdown).join(" | ")} |`;
  const rule = [...align].map((side) => (side === "l" ? "---" : "---:"));
  return [line(heads), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Text that is text in Markdown too: no table is broken by it, no tag or link made. */
export function inMarkdown(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/[\\`*_{}[\]#|~>!@]/g, (sign) => (sign === "@" ? "@\u200b" : `\\${sign}`));
}
