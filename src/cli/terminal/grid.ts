import { spelt, type Terminal } from "./terminal.js";

/** A cell of a grid: its text, and how it is painted. */
export interface GridCell {
  text: string;
  paint?: (text: string) => string;
}

/** A column of a grid; the widths follow from the texts. */
export interface GridColumn {
  head: string;
  align: "left" | "right";
  cells: readonly (string | GridCell)[];
  /** Of columns that do not fit, the one with the highest number goes first; those without one stay. */
  leaves?: number;
}

const GAP = "  ";

/** Columns of text under their headings; those that do not fit are left out and named. */
export function grid(
  columns: readonly GridColumn[],
  terminal: Terminal,
  width: number,
): { lines: string[]; dropped: string[] } {
  const shown = columns.map((column) => sized(column, terminal));
  const dropped: string[] = [];
  const total = () => shown.reduce((sum, column) => sum + column.width, GAP.length * (shown.length - 1));
  while (total() > width) {
    const leaving = Math.max(...shown.map(({ leaves = -1 }) => leaves));
    if (leaving < 0) break;
    const [gone] = shown.splice(
      shown.findIndex(({ leaves }) => leaves === leaving),
      1,
    );
    dropped.push(gone.head);
  }
  const row = (cells: readonly GridCell[]) =>
    cells.map(({ text, paint = same }, i) => paint(padded(text, shown[i]))).join(GAP);
  const heads = shown.map(({ head }) => ({ text: head, paint: terminal.colors.dim }));
  const count = shown[0]?.cells.length ?? 0;
  const rows = Array.from({ length: count }, (_, i) => row(shown.map(({ cells }) => cells[i])));
  return { lines: [...(heads.some(({ text }) => text !== "") ? [row(heads)] : []), ...rows], dropped };
}

/** Characters that a text takes in a terminal: East Asian wide signs take two, combining ones none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += /\p{M}|\u200d|\ufe0f/u.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return width;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** A text cut to a width, with … where something is missing. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = "";
  for (const sign of text) {
    if (textWidth(kept + sign) > width - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

interface Sized extends Omit<GridColumn, "cells"> {
  cells: GridCell[];
  width: number;
}

function sized({ head, cells, ...rest }: GridColumn, terminal: Terminal): Sized {
  const spelled = cells.map((cell) => {
    const { text, ...how } = typeof cell === "string" ? { text: cell } : cell;
    return { text: spelt(text, terminal), ...how };
  });
  const name = spelt(head, terminal);
  return {
    ...rest,
    head: name,
    cells: spelled,
    width: Math.max(textWidth(name), ...spelled.map(({ text }) => textWidth(text))),
  };
}

function padded(text: string, { width, align }: Sized): string {
  const space = " ".repeat(width - textWidth(text));
  return align === "left" ? text + space : space + text;
}

function same(text: string): string {
  return text;
}
