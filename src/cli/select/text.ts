import { formatNumber, percent } from "../../model/format.js";
import type { SelectResult, SelectSlice } from "../../node.js";
import { printable, spelt, type Terminal } from "../terminal/terminal.js";

/** Slices that a table shows; summary.json has all. */
const SLICES = 20;
const REASONS = {
  share: "outside the share",
  threshold: "short of the threshold",
  notBest: "not the best of their group",
  duplicate: "copies of earlier rows",
  noScore: "without a score",
} as const;

/** A selection in a line. */
export function selectLine({ counts }: SelectResult): string {
  const { read, kept, rejected, malformed } = counts;
  return `read ${formatNumber(read)}: kept ${formatNumber(kept)}, rejected ${formatNumber(rejected)}, malformed ${formatNumber(malformed)}`;
}

/** A selection as a table. */
export function selectText(result: SelectResult, terminal: Terminal): string {
  const { counts, score, slices } = result;
  const { bold, dim } = terminal.colors;
  const { read, kept, rejected, malformed, rejectedBy, duplicates } = counts;
  const reasons = (Object.keys(REASONS) as (keyof typeof REASONS)[])
    .filter((reason) => rejectedBy[reason] > 0)
    .map((reason) => (rejectedBy[reason] === rejected ? "" : `${formatNumber(rejectedBy[reason])} `) + REASONS[reason]);
  const counted: [string, number, string][] = [
    [
      "read",
      read,
      counts.blank > 0 ? `and ${formatNumber(counts.blank)} blank line${counts.blank === 1 ? "" : "s"}` : "",
    ],
    ["kept", kept, read > 0 ? percent(kept / read) : ""],
    ["rejected", rejected, reasons.join(", ")],
    ["malformed", malformed, malformedText(result)],
    ["copies", duplicates, rejectedBy.duplicate > 0 ? "" : duplicates > 0 ? "of earlier rows, not left out" : ""],
  ];
  const wide = Math.max(...counted.map(([, count]) => formatNumber(count).length));
  const lines = counted
    .filter(([name, count]) => count > 0 || name === "read" || name === "kept" || name === "rejected")
    .map(([name, count, note]) => {
      const number = formatNumber(count).padStart(wide);
      return `${name.padEnd(9)}  ${name === "kept" ? bold(number) : number}${note === "" ? "" : `   ${note}`}`;
    });
  if (score.all !== null) {
    lines.push("", dim("score       lowest     5 %  median    95 %  highest"));
    for (const [name, quantiles] of [
      ["all", score.all],
      ["kept", score.kept],
    ] as const) {
      if (quantiles === null) continue;
      const { min, p05, median, p95, max } = quantiles;
      lines.push(
        `${name.padEnd(9)} ${[min, p05, median, p95, max].map((value) => number(value).padStart(8)).join("")}`,
      );
    }
  }
  if (slices.length > 0) lines.push("", ...sliceLines(slices, terminal));
  return lines.map((line) => `${spelt(line, terminal)}\n`).join("");
}

function malformedText({ malformed, counts }: SelectResult): string {
  const shown = malformed.slice(0, 2).map(({ line, reason }) => `line ${line}: ${reason}`);
  return `${shown.join("; ")}${counts.malformed > shown.length ? "; …" : ""}`;
}

function sliceLines(slices: readonly SelectSlice[], { colors }: Terminal): string[] {
  const largest = slices.toSorted((a, b) => b.read - a.read).slice(0, SLICES);
  const wide = Math.min(24, Math.max(5, ...largest.map(({ slice }) => printable(slice).length)));
  const lines = largest.map(({ slice, read, kept, shareBefore, shareAfter }) => {
    const name = printable(slice);
    const cells = [formatNumber(read), formatNumber(kept)].map((text) => text.padStart(10));
    const shares = [shareBefore, shareAfter].map((share) => percent(share).padStart(8));
    return `${(name.length > wide ? `${name.slice(0, wide - 1)}…` : name).padEnd(wide)}${cells.join("")}${shares.join("")}`;
  });
  const head = `${"slice".padEnd(wide)}      read      kept  before   after`;
  const rest = slices.length > largest.length ? [`and ${slices.length - largest.length} smaller slices`] : [];
  return [colors.dim(head), ...lines, ...rest];
}

function number(value: number | null): string {
  return value === null ? "–" : formatNumber(value, 3);
}
