import { counted, formatNumber, percent } from "../../model/format.js";
import type { SelectResult, SelectSlice } from "../../node.js";
import { LabelReader } from "../../rows/labels.js";
import { table } from "../terminal/table.js";
import type { Terminal } from "../terminal/terminal.js";

/** Slices that a table shows; summary.json has all. */
const SLICES = 20;
const REASONS = {
  share: "outside the share",
  threshold: "below the threshold",
  notBest: "not the best of their group",
  duplicate: "copies of earlier rows",
  nearDuplicate: "nearly alike to earlier rows",
  noScore: "without a score",
} as const;

/** Whether a rule about a field decides, and no score. */
function isByRule({ config: { verifiers } }: SelectResult): boolean {
  const [one, ...others] = verifiers;
  return one?.kind === "score" && others.length === 0 && new LabelReader(one.field).field !== one.field;
}

/** A selection in a line. */
export function selectLine({ counts }: SelectResult): string {
  const { read, kept, rejected, malformed } = counts;
  return `read ${formatNumber(read)}: kept ${formatNumber(kept)}, rejected ${formatNumber(rejected)}, malformed ${formatNumber(malformed)}`;
}

/** A selection as text: the counts, the scores and the slices. */
export function selectText(result: SelectResult, terminal: Terminal): string {
  const { score, slices } = result;
  const parts = [countLines(result, terminal)];
  if (score.all !== null && !isByRule(result)) parts.push(scoreLines(score, terminal));
  const near = nearLines(result);
  if (near.length > 0) parts.push(near);
  if (slices.length > 0) parts.push(sliceLines(slices, terminal));
  return parts.map((lines) => lines.map((line) => `${line}\n`).join("")).join("\n");
}

function countLines(result: SelectResult, terminal: Terminal): string[] {
  const { counts } = result;
  const { read, kept, rejected, malformed, rejectedBy, duplicates, blank } = counts;
  const reasons = (Object.keys(REASONS) as (keyof typeof REASONS)[])
    .filter((reason) => (rejectedBy[reason] ?? 0) > 0)
    .map(
      (reason) =>
        (rejectedBy[reason] === rejected ? "" : `${formatNumber(rejectedBy[reason] ?? 0)} `) +
        (reason === "threshold" && isByRule(result) ? "outside the rule" : REASONS[reason]),
    );
  const rows: [name: string, count: number, note: string][] = [
    ["read", read, blank > 0 ? `and ${counted(blank, "line")} where no row begins` : ""],
    ["kept", kept, read > 0 ? percent(kept / read) : ""],
    ["rejected", rejected, reasons.join(", ")],
    ["malformed", malformed, malformedText(result)],
    ["copies", duplicates, rejectedBy.duplicate > 0 ? "" : "of earlier rows, not dropped"],
  ];
  const shown = rows.filter(([name, count]) => count > 0 || !["malformed", "copies"].includes(name));
  const { bold } = terminal.colors;
  const { lines } = table(
    [
      { head: "", align: "left", cells: shown.map(([name]) => name) },
      {
        head: "",
        align: "right",
        cells: shown.map(([name, count]) => ({
          text: formatNumber(count),
          paint: name === "kept" ? bold : undefined,
        })),
      },
      { head: "", align: "left", cells: shown.map(([, , note]) => note) },
    ],
    terminal,
  );
  return lines;
}

/** How many rows are nearly alike, how much, and in how many clusters. */
function nearLines({ nearDuplicates: near, config }: SelectResult): string[] {
  if (near === null) return [];
  const least = percent(config.nearDuplicates?.similarity ?? 0);
  if (near.rows === 0) return [`near-duplicates: none of at least ${least} of their text`];
  const bins = near.similarities
    .filter(({ rows }) => rows > 0)
    .map(({ from, to, rows }) => `${formatNumber(rows)} at ${formatNumber(from)} to ${formatNumber(to)}`);
  return [
    `near-duplicates: ${counted(near.rows, "row")} in ${counted(near.clusters, "cluster")}, the largest of ${formatNumber(near.largest)}`,
    `${formatNumber(near.later)} of them after the first of their cluster, by how alike they are to it: ${bins.join(", ")}`,
  ];
}

function malformedText({ malformed, counts }: SelectResult): string {
  const shown = malformed.slice(0, 2).map(({ line, reason }) => `line ${line}: ${reason}`);
  return `${shown.join("; ")}${counts.malformed > shown.length ? "; …" : ""}`;
}

function scoreLines({ all, kept }: SelectResult["score"], terminal: Terminal): string[] {
  const rows = Object.entries({ all, kept }).flatMap(([name, of]) => (of === null ? [] : [{ name, of }]));
  const column = (head: string, of: "min" | "p05" | "median" | "p95" | "max") => ({
    head,
    align: "right" as const,
    cells: rows.map((row) => formatNumber(row.of[of], 3)),
  });
  const { lines } = table(
    [
      { head: "score", align: "left", cells: rows.map(({ name }) => name) },
      column("lowest", "min"),
      column("5 %", "p05"),
      column("median", "median"),
      column("95 %", "p95"),
      column("highest", "max"),
    ],
    terminal,
  );
  return lines;
}

function sliceLines(slices: readonly SelectSlice[], terminal: Terminal): string[] {
  const largest = slices.toSorted((a, b) => b.read - a.read).slice(0, SLICES);
  const column = (head: string, text: (slice: SelectSlice) => string, leaves?: number) => ({
    head,
    align: "right" as const,
    cells: largest.map(text),
    leaves,
  });
  const { lines } = table(
    [
      { head: "slice", align: "left", widest: 24, cells: largest.map(({ slice }) => slice) },
      column("read", ({ read }) => formatNumber(read)),
      column("kept", ({ kept }) => formatNumber(kept)),
      column("before", ({ shareBefore }) => percent(shareBefore), 1),
      column("after", ({ shareAfter }) => percent(shareAfter), 1),
    ],
    terminal,
  );
  const rest = slices.length - largest.length;
  return rest > 0 ? [...lines, `and ${counted(rest, "smaller slice")}`] : lines;
}
