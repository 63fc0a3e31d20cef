import type { AuditCounts, AuditResult } from "../audit/result.js";
import type { AuditThresholds } from "../audit/threshold.js";
import { formatNumber } from "../figure/labels.js";
import {
  between,
  confidenceText,
  countRows,
  headline,
  pictured,
  type Reasoned,
  rate,
  ratesOf,
  SLICE_HEADS,
  sliceFields,
  verdictsOf,
} from "./auditWords.js";
import { cut, grid } from "./grid.js";
import { intervalPicture } from "./intervalPicture.js";
import { spelt, type Terminal } from "./terminal.js";
import { wrapped } from "./wrap.js";

/** What the text tells beside the result itself. */
export interface AuditAbout {
  /** The file, as it was named. */
  name: string;
  unreadable: number;
  thresholds: AuditThresholds | null;
  /** What to do next, in a sentence. */
  nextStep?: string;
}

const WIDEST = 100;
const LONGEST_SLICE = 28;

/** The answer for people: the two verdicts, the rates with a picture, the counts, the slices, and what to do next. */
export function auditText(result: AuditResult, about: AuditAbout, terminal: Terminal): string {
  const { bold, dim, yellow } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const set = (text: string) => wrapped(spelt(text, terminal).split(" "), width);
  const lines = [
    ...set(`${about.name}: ${headline(result, about.unreadable, about.thresholds)}`).map((line) => dim(line)),
    "",
    ...verdictLines(verdictsOf(result), terminal, width),
    "",
    ...rateLines(result, terminal, width),
    "",
    ...intervalPicture(pictured(result), terminal, width),
    "",
    ...countLines(result.counts, terminal, width),
    ...(result.slices.length > 0 ? ["", ...sliceLines(result, terminal, width)] : []),
    ...(result.warnings.length > 0 ? [""] : []),
    ...result.warnings.flatMap((warning) => entry("note:", yellow, warning, 6, terminal, width)),
    ...(about.nextStep === undefined
      ? []
      : ["", ...about.nextStep.split("\n").flatMap((line) => (line.startsWith("  ") ? [bold(line)] : set(line)))]),
  ];
  return lines.map((line) => `${spelt(line, terminal).trimEnd()}\n`).join("");
}

function verdictLines(verdicts: readonly Reasoned[], terminal: Terminal, width: number): string[] {
  const { green, red, yellow } = terminal.colors;
  const paint = { good: green, bad: red, open: yellow };
  const indent = Math.max(...verdicts.map(({ word }) => word.length)) + 3;
  return verdicts.flatMap(({ word, tone, reason }) => entry(word, paint[tone], reason, indent, terminal, width));
}

/** A word, and what is said of it in the lines beside it. */
function entry(
  word: string,
  paint: (text: string) => string,
  text: string,
  indent: number,
  terminal: Terminal,
  width: number,
): string[] {
  return wrapped(spelt(text, terminal).split(" "), width - indent).map((line, i) =>
    i === 0 ? terminal.colors.bold(paint(word.padEnd(indent))) + line : " ".repeat(indent) + line,
  );
}

function rateLines(result: AuditResult, terminal: Terminal, width: number): string[] {
  const rates = ratesOf(result);
  return grid(
    [
      { head: "", align: "left", cells: rates.map(({ symbol }) => symbol) },
      { head: "", align: "left", cells: rates.map(({ name }) => name) },
      {
        head: "estimate",
        align: "right",
        cells: rates.map(({ interval }) => ({ text: rate(interval.estimate), paint: terminal.colors.bold })),
      },
      {
        head: `${confidenceText(result)} interval`,
        align: "right",
        cells: rates.map(({ interval }) => between(interval)),
      },
    ],
    terminal,
    width,
  ).lines;
}

function countLines(counts: AuditCounts, terminal: Terminal, width: number): string[] {
  const rows = countRows(counts);
  const numbers = (i: 1 | 2 | 3 | 4) => rows.map((row) => formatNumber(row[i], 15));
  return grid(
    [
      { head: "", align: "left", cells: rows.map(([name]) => name) },
      { head: "rows", align: "right", cells: numbers(1) },
      { head: "audited", align: "right", cells: numbers(2) },
      { head: "correct", align: "right", cells: numbers(3) },
      { head: "wrong", align: "right", cells: numbers(4) },
    ],
    terminal,
    width,
  ).lines;
}

/** Which columns of the slices leave first where a line is short; the slice, its verdict and what differs stay. */
const LEAVES: Record<string, number> = { ψ: 6, φ: 5, p: 4, rows: 3, audited: 2, "kept correct": 1 };

function sliceLines({ slices }: AuditResult, terminal: Terminal, width: number): string[] {
  const { green, red, yellow, dim } = terminal.colors;
  const paint = { below: green, above: red, inconclusive: yellow };
  const rows = slices.map((slice) => sliceFields({ ...slice, slice: cut(printable(slice.slice), LONGEST_SLICE) }));
  const columns = SLICE_HEADS.map((head, i) => ({
    head,
    align: i > 0 && i < 6 ? ("right" as const) : ("left" as const),
    leaves: LEAVES[head],
    cells: rows.map((fields, k) =>
      head === "p is" ? { text: fields[i], paint: paint[slices[k].verdict] } : fields[i],
    ),
  }));
  const { lines, dropped } = grid(columns, terminal, width);
  if (dropped.length === 0) return lines;
  const note = `Left out to fit ${width} characters: ${dropped.join(", ")}. A wider terminal or --format json shows them.`;
  return [...lines, ...wrapped(spelt(note, terminal).split(" "), width).map((line) => dim(line))];
}

/** A slice is named by the file: what could steer a terminal is not shown as it is. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "�");
}
