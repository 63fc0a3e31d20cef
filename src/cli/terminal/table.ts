import { cut, oneLine, type Paint, spelt, textWidth, unbroken, wrapped } from "./format.js";
import type { Terminal } from "./terminal.js";

/** A cell of a table: its text, and how it is painted. */
type Cell = string | { text: string; paint?: Paint };

/** A column of a table, which is as wide as its heading and its widest cell. */
export interface Column {
  head: string;
  align: "left" | "right";
  /** The cells; for a table whose rows come later, the widest texts that may come. */
  cells: readonly Cell[];
  /** Longer texts are cut to this many places. */
  widest?: number;
  /** Of the columns that do not fit, the one with the highest number goes first; those without one stay. */
  leaves?: number;
}

interface Sized extends Column {
  /** Its place among all columns. */
  index: number;
  width: number;
}

const GAP = "  ";
const PAIR_GAP = "   ";

/** A table whose columns are known before its rows: it can be written as they come. */
export class TableLayout {
  /** The headings of the columns that did not fit. */
  readonly dropped: readonly string[];
  /** Whether even the columns that stay do not fit: then each row is a paragraph, with the headings in it. */
  readonly #stacked: boolean;
  readonly #columns: readonly Sized[];
  readonly #terminal: Terminal;
  readonly #width: number;

  constructor(columns: readonly Column[], terminal: Terminal, width = terminal.columns) {
    this.#terminal = terminal;
    this.#width = width;
    const shown = columns.map((column, index) => {
      const texts = column.cells.map((cell) => textWidth(this.#text(cell, column)));
      return { ...column, index, width: Math.max(textWidth(spelt(column.head, terminal)), ...texts) };
    });
    const dropped: string[] = [];
    while (total(shown) > width) {
      const leaving = Math.max(...shown.map(({ leaves = -1 }) => leaves));
      if (leaving < 0) break;
      const place = shown.findIndex(({ leaves }) => leaves === leaving);
      dropped.push(...shown.splice(place, 1).map(({ head }) => head));
    }
    this.#columns = shown;
    this.dropped = dropped;
    this.#stacked = total(shown) > width;
  }

  /** The width of a row, which is at most that of the terminal. */
  get width(): number {
    return this.#stacked ? this.#width : total(this.#columns);
  }

  /** The line of headings; none if nothing has one, or if they stand in the rows. */
  heads(): string[] {
    if (this.#stacked || this.#columns.every(({ head }) => head === "")) return [];
    const { bold } = this.#terminal.colors;
    return [this.#line(this.#columns.map(({ head }) => ({ text: spelt(head, this.#terminal), paint: bold })))];
  }

  /** A row in lines, from the cells of all columns, those that were dropped included. */
  row(cells: readonly Cell[]): string[] {
    const shown = this.#columns.map((column) => {
      const cell = cells[column.index] ?? "";
      return { text: this.#text(cell, column), paint: typeof cell === "string" ? undefined : cell.paint };
    });
    return this.#stacked ? this.#stack(shown) : [this.#line(shown)];
  }

  #text(cell: Cell, { widest }: Column): string {
    const text = oneLine(typeof cell === "string" ? cell : cell.text);
    return spelt(widest === undefined ? text : cut(text, widest), this.#terminal);
  }

  #line(cells: readonly { text: string; paint?: Paint }[]): string {
    const padded = cells.map(({ text, paint = same }, i) => {
      const { width, align } = this.#columns[i] as Sized;
      const space = " ".repeat(Math.max(0, width - textWidth(text)));
      return align === "right" ? space + paint(text) : i < cells.length - 1 ? paint(text) + space : paint(text);
    });
    return padded.join(GAP).trimEnd();
  }

  #stack(cells: readonly { text: string; paint?: Paint }[]): string[] {
    const { dim } = this.#terminal.colors;
    const pairs = cells.flatMap(({ text, paint = same }, i) => {
      const head = spelt((this.#columns[i] as Sized).head, this.#terminal);
      if (text.trim() === "") return [];
      return [head === "" || i === 0 ? paint(unbroken(text)) : `${dim(unbroken(head))}\u00a0${paint(unbroken(text))}`];
    });
    const [first = "", ...rest] = wrapped(pairs.join(PAIR_GAP), this.#width - GAP.length);
    return [first, ...rest.map((line) => GAP + line)];
  }
}

/** A whole table: its lines, and the headings of the columns that did not fit. */
export function table(
  columns: readonly Column[],
  terminal: Terminal,
  width = terminal.columns,
): { lines: string[]; dropped: readonly string[] } {
  const layout = new TableLayout(columns, terminal, width);
  const count = columns[0]?.cells.length ?? 0;
  const rows = Array.from({ length: count }, (_, i) => layout.row(columns.map(({ cells }) => cells[i] ?? "")));
  return { lines: [...layout.heads(), ...rows.flat()], dropped: layout.dropped };
}

/** What a table says of columns that did not fit; an empty text if all did. */
export function droppedNote(dropped: readonly string[], width: number, instead: string): string {
  return dropped.length === 0 ? "" : `Left out to fit ${width} characters: ${dropped.join(", ")}. ${instead}`;
}

function total(columns: readonly { width: number }[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * Math.max(0, columns.length - 1));
}

function same(text: string): string {
  return text;
}
