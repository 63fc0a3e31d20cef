import type { FileAudit } from "../../audit/file.js";
import type { AuditLines, VerdictLine } from "../../audit/lines.js";
import type { AuditCounts, AuditResult, AuditSlice, Interval } from "../../audit/result.js";
import { percent, shortPercent } from "../../model/format.js";
import { nameOf } from "../../rows/rowFiles.js";
import { entry, paragraph, spelt } from "../terminal/format.js";
import { droppedNote, table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";
import {
  between,
  COUNT_HEADS,
  countRows,
  headline,
  type Pictured,
  pictured,
  rate,
  ratesOf,
  SLICE_HEADS,
  said,
  sliceFields,
} from "./words.js";

const WIDEST = 100;
const LONGEST_SLICE = 28;
/** Slices that a text shows. */
const MOST_SLICES = 40;

/** The answer for people: the two verdicts, the rates with a picture, the counts, the slices, and what to do next. */
export function auditText(audited: FileAudit, all: AuditLines, next: string | undefined, terminal: Terminal): string {
  const { result } = audited;
  const { bold, dim, yellow } = terminal.colors;
  const width = Math.min(terminal.columns, WIDEST);
  const set = (text: string) => paragraph(text, terminal, width);
  const notes = said(all.notes);
  const lines = [
    ...set(`${nameOf(audited.source)}: ${headline(audited, all)}`).map((line) => dim(line)),
    "",
    ...verdictLines(all.verdicts, terminal, width),
    "",
    ...rateLines(result, terminal, width),
    "",
    ...intervalPicture(pictured(result), terminal, width),
    "",
    ...countLines(result.counts, terminal, width),
    ...(result.slices.length > 0 ? ["", ...sliceLines(result, terminal, width)] : []),
    ...said(all.threshold).flatMap((sentence, i) => [...(i === 0 ? [""] : []), ...set(sentence)]),
    ...said(all.facts).flatMap((sentence, i) => [...(i === 0 ? [""] : []), ...set(sentence)]),
    ...(notes.length > 0 ? [""] : []),
    ...notes.flatMap((warning) =>
      entry("note:", warning, terminal, { indent: 6, paint: (text) => bold(yellow(text)), width }),
    ),
    ...(next === undefined
      ? []
      : ["", ...next.split("\n").flatMap((line) => (line.startsWith("  ") ? [bold(line)] : set(line)))]),
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function verdictLines(verdicts: readonly VerdictLine[], terminal: Terminal, width: number): string[] {
  const { bold, green, red, yellow } = terminal.colors;
  const paints = { good: green, bad: red, open: yellow };
  const indent = Math.max(...verdicts.map(({ word }) => word.length)) + 3;
  return verdicts.flatMap(({ word, tone, reason }) =>
    entry(word, reason.message, terminal, { indent, paint: (text) => bold(paints[tone](text)), width }),
  );
}

function rateLines(result: AuditResult, terminal: Terminal, width: number): string[] {
  const rates = ratesOf(result);
  return table(
    [
      { head: "", align: "left", cells: rates.map(({ symbol }) => symbol) },
      { head: "", align: "left", cells: rates.map(({ name }) => name) },
      {
        head: "estimate",
        align: "right",
        cells: rates.map(({ interval }) => ({ text: rate(interval.estimate), paint: terminal.colors.bold })),
      },
      {
        head: `${shortPercent(result.confidence)} interval`,
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
  const columns = COUNT_HEADS.map((head, i) => ({
    head,
    align: i === 0 ? ("left" as const) : ("right" as const),
    cells: rows.map((cells) => cells[i] ?? ""),
  }));
  return table(columns, terminal, width).lines;
}

/** Which columns of the slices leave first where a line is short; the slice, its verdict and what differs stay. */
const LEAVES: Record<string, number> = { ψ: 6, φ: 5, p: 4, rows: 3, audited: 2, "kept correct": 1 };

function sliceLines({ slices }: AuditResult, terminal: Terminal, width: number): string[] {
  const shown = worst(slices);
  const { green, red, yellow, dim } = terminal.colors;
  const paint = { below: green, above: red, inconclusive: yellow };
  const rows = shown.map((slice) => {
    const [, ...fields] = sliceFields(slice, shortRange);
    return [slice.slice, ...fields];
  });
  const columns = SLICE_HEADS.map((head, i) => ({
    head,
    align: i > 0 && i < 6 ? ("right" as const) : ("left" as const),
    leaves: LEAVES[head],
    widest: i === 0 ? LONGEST_SLICE : undefined,
    cells: rows.map((fields, k) =>
      head === "p is" ? { text: fields[i], paint: paint[shown[k].adjusted] } : fields[i],
    ),
  }));
  const { lines, dropped } = table(columns, terminal, width);
  const notes = [
    ...(shown.length < slices.length ? [`Left out: ${slices.length - shown.length} more slices.`] : []),
    ...(dropped.length > 0 ? [droppedNote(dropped, width, "")] : []),
  ];
  if (notes.length === 0) return lines;
  const note = `${notes.join(" ")} --format json shows them.`;
  return [...lines, ...paragraph(note, terminal, width).map((line) => dim(line))];
}

/** All slices by name; where they are many, those on which there is most to do. */
function worst(slices: readonly AuditSlice[]): readonly AuditSlice[] {
  if (slices.length <= MOST_SLICES) return slices;
  const rank = { above: 0, inconclusive: 1, below: 2 };
  const order = (a: AuditSlice, b: AuditSlice) => rank[a.adjusted] - rank[b.adjusted] || b.counts.rows - a.counts.rows;
  return slices.toSorted(order).slice(0, MOST_SLICES);
}

/** `77.6 % (72–83)`: an interval to whole percents, outwards. */
function shortRange({ estimate, low, high }: Interval): string {
  return `${percent(estimate)} (${Math.floor(100 * low)}–${Math.ceil(100 * high)})`;
}

const SIGNS = {
  unicode: { axis: "─", from: "├", to: "┤", low: "[", high: "]", inside: "═", estimate: "●", against: "┊" },
  ascii: { axis: "-", from: "|", to: "|", low: "[", high: "]", inside: "=", estimate: "o", against: ":" },
};

/** Intervals under each other on one axis, 0 to 1, each with its estimate and the mark that it is held against. */
function intervalPicture(rows: readonly Pictured[], terminal: Terminal, width: number): string[] {
  const names = rows.map(({ name }) => spelt(name, terminal));
  const margin = Math.max(...names.map((name) => name.length)) + 2;
  const room = width - margin;
  if (room < 20) return [];
  return [
    ...rows.map((row, i) => names[i].padEnd(margin) + line(row, room, terminal)),
    " ".repeat(margin) + terminal.colors.dim(scale(room)),
  ];
}

function line({ interval, against }: Pictured, room: number, { unicode, colors }: Terminal): string {
  const signs = unicode ? SIGNS.unicode : SIGNS.ascii;
  const { cyan, dim, yellow, bold } = colors;
  const place = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * (room - 1));
  const spots = Array.from({ length: room }, () => dim(signs.axis));
  spots[0] = dim(signs.from);
  spots[room - 1] = dim(signs.to);
  const [low, high] = [place(interval.low), place(interval.high)];
  for (let i = low; i <= high; i++) spots[i] = cyan(signs.inside);
  spots[low] = cyan(signs.low);
  spots[high] = cyan(signs.high);
  if (against != null) spots[place(against)] = yellow(signs.against);
  if (interval.estimate !== null) spots[place(interval.estimate)] = bold(cyan(signs.estimate));
  return spots.join("");
}

/** 0, 0.25, 0.5, 0.75 and 1 under their places. */
function scale(room: number): string {
  const spots = Array.from({ length: room }, () => " ");
  for (const value of [0, 0.5, 1, 0.25, 0.75]) {
    const text = String(value);
    const start = Math.max(0, Math.min(room - text.length, Math.round(value * (room - 1)) - (text.length >> 1)));
    if (spots.slice(Math.max(0, start - 2), start + text.length + 2).some((sign) => sign !== " ")) continue;
    spots.splice(start, text.length, ...text);
  }
  return spots.join("");
}
