import type { AuditCounts, AuditResult, AuditSlice } from "../audit/result.js";
import { formatNumber } from "../figure/labels.js";
import {
  balance,
  between,
  confidenceText,
  designWords,
  percent,
  type Reasoned,
  rate,
  ratesOf,
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
    ...set(headline(result, about)).map((line) => dim(line)),
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

function headline(result: AuditResult, { name, unreadable }: AuditAbout): string {
  const { rows, audited } = result.counts;
  const left = unreadable === 0 ? "" : `, ${formatNumber(unreadable)} more that could not be read`;
  const classes = result.classes === 2 ? "" : `; ${result.classes} classes`;
  const labels = `${formatNumber(audited)} with a human label`;
  return `${name}: ${formatNumber(rows)} rows, ${labels}${left}; ${designWords(result)}${classes}; intervals of ${confidenceText(result)} confidence`;
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

/** p is held against p⋆, the kept labels against one half (1/K). */
function pictured({ errorRate, breakdown, keptPrecision, classes }: AuditResult) {
  return [
    { name: "p", interval: errorRate, against: breakdown.estimate },
    { name: "p⋆", interval: breakdown, against: errorRate.estimate },
    { name: "kept correct", interval: keptPrecision, against: balance(classes) },
  ];
}

function countLines(counts: AuditCounts, terminal: Terminal, width: number): string[] {
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = counts;
  const rows = [
    ["kept", counts.kept, keptCorrect, keptWrong],
    ["rejected", counts.rejected, rejectedCorrect, rejectedWrong],
    ["all", counts.rows, keptCorrect + rejectedCorrect, keptWrong + rejectedWrong],
  ] as const;
  const numbers = (of: (row: (typeof rows)[number]) => number) => rows.map((row) => formatNumber(of(row), 15));
  return grid(
    [
      { head: "", align: "left", cells: rows.map(([name]) => name) },
      { head: "rows", align: "right", cells: numbers((row) => row[1]) },
      { head: "audited", align: "right", cells: numbers((row) => row[2] + row[3]) },
      { head: "correct", align: "right", cells: numbers((row) => row[2]) },
      { head: "wrong", align: "right", cells: numbers((row) => row[3]) },
    ],
    terminal,
    width,
  ).lines;
}

const SYMBOLS = { errorRate: "p", phi: "φ", psi: "ψ" } as const;

function sliceLines({ slices }: AuditResult, terminal: Terminal, width: number): string[] {
  const { green, red, yellow } = terminal.colors;
  const column = (text: (slice: AuditSlice) => string) => slices.map(text);
  const paint = { below: green, above: red, inconclusive: yellow };
  const { lines, dropped } = grid(
    [
      { head: "slice", align: "left", cells: column(({ slice }) => cut(printable(slice), LONGEST_SLICE)) },
      { head: "rows", align: "right", leaves: 3, cells: column(({ counts }) => formatNumber(counts.rows, 15)) },
      { head: "audited", align: "right", leaves: 2, cells: column(({ counts }) => formatNumber(counts.audited, 15)) },
      { head: "p", align: "right", leaves: 4, cells: column(({ errorRate }) => rate(errorRate.estimate)) },
      { head: "φ", align: "right", leaves: 5, cells: column(({ phi }) => rate(phi.estimate)) },
      { head: "ψ", align: "right", leaves: 6, cells: column(({ psi }) => rate(psi.estimate)) },
      {
        head: "kept correct",
        align: "left",
        leaves: 1,
        cells: column(({ keptPrecision: { estimate, low, high } }) =>
          estimate === null ? "–" : `${percent(estimate)} (${Math.floor(100 * low)}–${Math.ceil(100 * high)})`,
        ),
      },
      { head: "p is", align: "left", cells: slices.map(({ verdict }) => ({ text: verdict, paint: paint[verdict] })) },
      {
        head: "differs in",
        align: "left",
        cells: column(({ differs }) => differs.map((rate) => SYMBOLS[rate]).join(", ")),
      },
    ],
    terminal,
    width,
  );
  if (dropped.length === 0) return lines;
  const note = `Left out to fit ${width} characters: ${dropped.join(", ")}. A wider terminal or --format json shows them.`;
  return [...lines, ...wrapped(note.split(" "), width).map(terminal.colors.dim)];
}

/** A slice is named by the file: what could steer a terminal is not shown as it is. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "�");
}
