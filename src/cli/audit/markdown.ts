import type { FileAudit } from "../../audit/file.js";
import type { AuditLines } from "../../audit/lines.js";
import type { CardSlice, Interval, VerifierCard } from "../../audit/result.js";
import { exactNumber, shortPercent, wholeNumber } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import { wrongFlag } from "../options.js";
import {
  between,
  COUNT_HEADS,
  countRows,
  headline,
  rate,
  rateHeads,
  rateRows,
  SLICE_HEADS,
  said,
  sentence,
  sliceFields,
} from "./words.js";

/** The audit as GitHub's Markdown, for a pull request or an issue. */
export function auditMarkdown(audited: FileAudit, all: AuditLines, next: string | undefined): string {
  const { source, result } = audited;
  const verdicts = all.verdicts.map(({ word, reason }) => `- **${word}** ${inMarkdown(reason.message)}`);
  const parts = [
    `## Audit of ${inMarkdown(nameOf(source))}`,
    inMarkdown(headline(audited, all)),
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
    ...said(all.threshold).map(inMarkdown),
    ...said(all.facts).map(inMarkdown),
    ...(said(all.notes).length > 0
      ? [
          said(all.notes)
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

/** The day of a card; an invalid date is not put onto it. */
export function dateOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const then = new Date(`${text}T00:00:00Z`);
  if (day !== undefined && then.toJSON()?.startsWith(`${year}-${month}-${day}`)) return text;
  throw wrongFlag("--date", "a day such as 2026-11-27", text);
}

const DESIGNS = {
  simple: "drawn at random from all rows",
  stratified: "drawn at random from the kept and from the rejected rows",
  slices: "drawn at random from the kept and from the rejected rows of each slice, and weighted",
  weighted: "weighted by the rows that each stands for",
} as const;

const MEANINGS = {
  below: "below: most of the kept labels are correct (p is below p⋆)",
  above: "above: most of the kept labels are wrong (p is above p⋆)",
  inconclusive: "inconclusive: the labels do not tell whether most of the kept labels are correct",
} as const;

const EFFECTS = {
  better: "better: a larger share of the kept rows is correct than of the rejected ones (J > 0)",
  worse: "worse: a larger share of the rejected rows is correct than of the kept ones (J < 0)",
  inconclusive: "inconclusive: the labels do not tell whether kept or rejected rows are more often correct",
} as const;

/** The card as GitHub's Markdown. */
export function cardMarkdown(card: VerifierCard): string {
  const { source, date, counts, slices, notes, methods } = card;
  const labels = counts.audited;
  const about: [string, string][] = [
    ["Judged", `${source}, ${wholeNumber(counts.rows)} rows`],
    ["Rule", ruleText(card)],
    ["Label", labelText(card)],
    ["Labels", `n = ${wholeNumber(labels)}, ${DESIGNS[card.design]}`],
    ["Verdict", MEANINGS[card.verdict]],
    ["Verifier", EFFECTS[card.verification]],
    ["Date", date ?? "not given"],
  ];
  const rates: [string, string, Interval][] = [
    ["p", "wrong labels before verification", card.errorRate],
    ["φ", "correct labels that are kept", card.phi],
    ["ψ", "wrong labels that are kept", card.psi],
    ["J", "φ − ψ", card.youden],
    ["p⋆", "breakdown point", card.breakdown],
    ["", "correct among the kept", card.keptPrecision],
    ["", "rows kept", card.keepRate],
  ];
  const classes =
    card.classes === 2
      ? "Two classes are assumed, the worst case: all wrong answers agree."
      : `${card.classes} classes are taken, over which wrong answers spread evenly: an assumption.`;
  const parts = [
    `# Verifier card: ${inMarkdown(source)}`,
    markdownTable(["", ""], "ll", about),
    markdownTable(
      ["", "rate", "estimate", `${shortPercent(card.confidence)} interval`],
      "llrr",
      rates.map(([symbol, name, interval]) => [symbol, name, rate(interval.estimate), between(interval)]),
    ),
    classes,
    ...(slices.length === 0 ? [] : ["## Slices", markdownTable(CARD_SLICE_HEADS, "lrrlllll", slices.map(sliceCells))]),
    ...(notes.length === 0 ? [] : [`## Notes\n\n${list(notes.map(sentence))}`]),
    `## Methods\n\n${list(methodLines(methods))}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function ruleText({ rule }: VerifierCard): string {
  if ("kept" in rule) return `kept if ${rule.kept}`;
  const how = rule.recommended ? ", a threshold recommended by labels that do not judge it" : "";
  return `kept if ${rule.score} ≥ ${exactNumber(rule.threshold)}${how}`;
}

function labelText({ label }: VerifierCard): string {
  const words = (["true", "false", "missing"] as const).flatMap((name) =>
    label[name] === undefined ? [] : [`${name}: ${label[name].join(", ")}`],
  );
  return [label.correct, ...words].join("; ");
}

const CARD_SLICE_HEADS = ["slice", "rows", "labels", "p", "φ", "ψ", "kept correct", "p is"];

function sliceCells({ slice, rows, labels, errorRate, phi, psi, keptPrecision, verdict }: CardSlice): string[] {
  const shown = (interval: Interval) => `${rate(interval.estimate)} (${between(interval)})`;
  const rates = [errorRate, phi, psi, keptPrecision].map(shown);
  return [slice, wholeNumber(rows), wholeNumber(labels), ...rates, verdict];
}

/** What is made in one way stands in one line. */
function methodLines(methods: Record<string, string>): string[] {
  const names = new Map<string, string[]>();
  for (const [name, method] of Object.entries(methods)) names.set(method, [...(names.get(method) ?? []), name]);
  return [...names].map(([method, of]) => `${of.join(", ")}: ${method}`);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${inMarkdown(line)}`).join("\n");
}
