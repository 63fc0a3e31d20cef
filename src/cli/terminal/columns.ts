import type { CellResult } from "../../engine/result.js";
import { formatValue, pathLabel } from "../../figure/labels.js";
import type { Scenario } from "../../model/scenario.js";
import { sweepable } from "../../model/schema.js";
import { axisValues, isWhole } from "../../model/sweep.js";
import { spelt, type Terminal } from "./terminal.js";

/** A column of the table. */
export interface Column {
  /** What the note on columns left out calls it. */
  name: string;
  /** Its heading. */
  head: string;
  /** Characters; known before the first row, so that rows can be shown as they come. */
  width: number;
  align: "left" | "right";
  text: (cell: CellResult) => string;
}

const LONGEST_PARAMETER = 24;

/** The columns of the swept settings. */
export function parameterColumns(scenario: Scenario): Column[] {
  return Object.entries(scenario.sweep ?? {}).map(([path, axis]) => {
    const values = axisValues(axis, isWhole(sweepable.get(path)));
    const shown = valueText(path, values);
    const head = parameterHead(path);
    return {
      name: head,
      head,
      width: values.reduce((width: number, value) => Math.max(width, shown(value).length), head.length),
      align: values.every((value) => typeof value === "number") ? "right" : "left",
      text: (cell) => shown(cell.params[path]),
    };
  });
}

/** What was measured, in the order in which it is shown. */
export const resultColumns = {
  accuracy: {
    name: "accuracy",
    head: "accuracy ± se",
    width: 15,
    align: "left",
    text: ({ accuracy: { mean, se } }) => `${decimal(mean, 4)}${se === null ? "" : ` ± ${standardError(se)}`}`,
  },
  agreement: {
    name: "agreement",
    head: "agreement",
    width: 9,
    align: "right",
    text: ({ agreement }) => decimal(agreement.mean, 4),
  },
  kept: { name: "kept", head: "kept", width: 6, align: "right", text: ({ kept }) => percent(kept.share) },
  errorRate: { name: "p", head: "p", width: 5, align: "right", text: ({ errorRate }) => decimal(errorRate, 3) },
  phi: { name: "φ", head: "φ", width: 5, align: "right", text: ({ phi }) => decimal(phi, 3) },
  psi: { name: "ψ", head: "ψ", width: 5, align: "right", text: ({ psi }) => decimal(psi, 3) },
  breakdown: { name: "p⋆", head: "p⋆", width: 5, align: "right", text: ({ breakdown }) => decimal(breakdown, 3) },
  verdict: {
    name: "verdict",
    head: "p is",
    width: 5,
    align: "left",
    // on the point itself nothing can be learned either, so the verdict is above; but p is not
    text: ({ verdict, errorRate, breakdown }) => (verdict === null ? "–" : errorRate === breakdown ? "p⋆" : verdict),
  },
} satisfies Record<string, Column>;

/** Spaces between two columns. */
export const GAP = "  ";

const DROPPED_FIRST = ["p", "ψ", "φ", "kept", "agreement", "p⋆"];

/** The widths of a row together. */
export function totalWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.width, GAP.length * Math.max(0, columns.length - 1));
}

/**
 * The columns that fit a line. What a reader misses least goes first: what the settings already say (p, then ψ and φ),
 * then the kept share, the agreement and p⋆; the settings, the accuracy and the verdict stay.
 */
export function fittingColumns(scenario: Scenario, terminal: Terminal): { shown: Column[]; dropped: Column[] } {
  const { accuracy, ...others } = resultColumns;
  const exact = scenario.engine === "theory"; // no trials, and no standard error
  const all = [
    ...parameterColumns(scenario),
    exact ? { ...accuracy, head: accuracy.name, width: 11 } : accuracy,
    ...Object.values(others),
  ];
  const shown = terminal.unicode ? all : all.map((column) => ({ ...column, width: speltWidth(column) }));
  const dropped: Column[] = [];
  for (const name of DROPPED_FIRST) {
    if (totalWidth(shown) <= terminal.columns) break;
    const place = shown.findIndex((column) => column.name === name);
    dropped.push(...shown.splice(place, 1));
  }
  return { shown, dropped };
}

/** The width of a column in ASCII, where a sign is written as a word. */
function speltWidth({ head, width }: Column): number {
  const spelling = spelt(head, { unicode: false });
  return head.includes("±") ? width + spelling.length - head.length : Math.max(width, spelling.length);
}

/** A swept p stands beside the p that was realised: it is called `p set`. */
function parameterHead(path: string): string {
  const { symbol } = pathLabel(path);
  const measured: string[] = Object.values(resultColumns).map(({ head }) => head);
  return shortened(measured.includes(symbol) ? `${symbol} set` : symbol);
}

/** How a swept value is written: 0.05 and 0.10 under each other, unless they would need many digits for it. */
function valueText(path: string, values: readonly unknown[]): (value: unknown) => string {
  const plain = (value: unknown) => shortened(formatValue(path, value));
  if (pathLabel(path).angle || !values.every((value) => typeof value === "number")) return plain;
  const texts = values.map(plain);
  const decimals = Math.max(...texts.map((text) => text.split(".")[1]?.length ?? 0));
  if (decimals === 0 || decimals > 3 || !texts.every((text) => /^-?\d+(\.\d+)?$/.test(text))) return plain;
  return (value) => (value as number).toFixed(decimals);
}

function shortened(text: string): string {
  return text.length > LONGEST_PARAMETER ? `${text.slice(0, LONGEST_PARAMETER - 1)}…` : text;
}

function decimal(value: number | null, digits: number): string {
  return value === null ? "–" : value.toFixed(digits);
}

/** As wide as four decimals; what they would show as zero is a power of ten. */
function standardError(se: number): string {
  return se > 0 && se < 5e-5 ? se.toExponential(0) : se.toFixed(4);
}

function percent(share: number): string {
  return share === 1 ? "100 %" : `${(100 * share).toFixed(1)} %`;
}
