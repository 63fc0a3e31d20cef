import type { FileAudit } from "../../audit/file.js";
import type { AuditLines } from "../../audit/lines.js";
import type { AuditCounts, AuditEstimates, AuditResult, AuditSlice, Interval } from "../../audit/result.js";
import type { Reason } from "../../core/reasons.js";
import { formatNumber, percentRange, shortPercent } from "../../model/format.js";
import { guessText } from "../rows.js";
import { decimal } from "../terminal/format.js";

/** One rate of an audit: the letter it has in the field, and what it is in words. */
export interface Rate {
  symbol: string;
  name: string;
  interval: Interval;
}

/** The share of correct labels that as many wrong ones of one class balance: 1/K. */
export function balance(classes: number): number {
  return 1 / classes;
}

/** The rates of an audit in the order in which they are read. */
export function ratesOf(result: AuditEstimates): Rate[] {
  const { errorRate, phi, psi, breakdown, margin, keptPrecision, keepRate, youden, gain } = result;
  return [
    { symbol: "p", name: "wrong labels", interval: errorRate },
    { symbol: "φ", name: "correct labels kept", interval: phi },
    { symbol: "ψ", name: "wrong labels kept", interval: psi },
    { symbol: "p⋆", name: "breakdown point", interval: breakdown },
    { symbol: "p⋆ − p", name: "margin", interval: margin },
    { symbol: "", name: "kept labels correct", interval: keptPrecision },
    { symbol: "", name: "rows kept", interval: keepRate },
    { symbol: "J", name: "φ − ψ (Youden)", interval: youden },
    { symbol: "", name: "verifier's gain", interval: gain },
  ];
}

/** An interval on the axis from 0 to 1, and the value that it is to be held against. */
export interface Pictured {
  name: string;
  interval: Interval;
  against: number | null;
}

/** What the verdict is read from: p and p⋆ against each other, the kept labels against one half (1/K). */
export function pictured({ errorRate, breakdown, keptPrecision, classes }: AuditResult): Pictured[] {
  return [
    { name: "p", interval: errorRate, against: breakdown.estimate },
    { name: "p⋆", interval: breakdown, against: errorRate.estimate },
    { name: "kept correct", interval: keptPrecision, against: balance(classes) },
  ];
}

/** What the audit is of: the file, its labels, how they were chosen, and how sure the intervals are. */
export function headline({ guessed = [], fields, shape }: FileAudit, { about }: AuditLines): string {
  const flags = guessed.map((role) => [role, String(fields[role as "kept"])] as const);
  const found = guessText(shape, flags);
  const parts = found === "" ? [] : [flags.length === 0 ? found : `${found} (guessed)`];
  return [...parts, ...about.map(({ message }) => message)].join("; ");
}

/** The headings of the table of counts. */
export const COUNT_HEADS = ["", "rows", "audited", "correct", "wrong"];

/** Kept, rejected and all rows under those headings. */
export function countRows(counts: AuditCounts): string[][] {
  const { kept, rejected, rows, keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = counts;
  const numbers: [name: string, ...counts: number[]][] = [
    ["kept", kept, keptCorrect + keptWrong, keptCorrect, keptWrong],
    ["rejected", rejected, rejectedCorrect + rejectedWrong, rejectedCorrect, rejectedWrong],
    ["all", rows, counts.audited, keptCorrect + rejectedCorrect, keptWrong + rejectedWrong],
  ];
  return numbers.map(([name, ...counts]) => [name, ...counts.map((count) => formatNumber(count, 15))]);
}

/** The headings of the table of rates. */
export function rateHeads(result: AuditResult): string[] {
  return ["", "rate", "estimate", `${shortPercent(result.confidence)} interval`];
}

/** The rates under those headings. */
export function rateRows(result: AuditResult): string[][] {
  return ratesOf(result).map(({ symbol, name, interval }) => [
    symbol,
    name,
    rate(interval.estimate),
    between(interval),
  ]);
}

/** The headings of the table of slices. */
export const SLICE_HEADS = ["slice", "rows", "audited", "p", "φ", "ψ", "kept correct", "p is", "differs in"];

const SYMBOLS = { errorRate: "p", phi: "φ", psi: "ψ" } as const;

/** A slice under those headings. */
export function sliceFields(slice: AuditSlice, rangeText = percentRange): string[] {
  const { counts, errorRate, phi, psi, keptPrecision, adjusted, differs } = slice;
  return [
    slice.slice,
    formatNumber(counts.rows, 15),
    formatNumber(counts.audited, 15),
    ...[errorRate, phi, psi].map(({ estimate }) => rate(estimate)),
    keptPrecision.estimate === null ? "–" : rangeText(keptPrecision),
    adjusted,
    differs.map((name) => SYMBOLS[name]).join(", "),
  ];
}

/** `0.214`; with more digits where those would hide that it is not zero. */
export function rate(value: number | null): string {
  if (value === null) return "–";
  // what is left of rounding is 0
  const size = Math.abs(value);
  return size > 1e-13 && size < 5e-4 ? formatNumber(value, 2) : decimal(value, 3).replace("-", "−");
}

/** `0.171 to 0.262`; what is counted and not estimated has no interval. */
export function between({ estimate, low, high }: Interval): string {
  if (estimate !== null && high - low < 1e-12) return "counted"; // but for a rounding of sums
  return `${rate(low)} to ${rate(high)}`;
}

/** Lines of an audit, as sentences. */
export function said(lines: readonly Reason[]): string[] {
  return lines.map(({ message }) => sentence(message));
}

/** A warning of the library as a sentence. */
export function sentence(warning: string): string {
  return `${warning.charAt(0).toUpperCase()}${warning.slice(1)}${/[.?!]$/.test(warning) ? "" : "."}`;
}
