import type { DrawnLabels, DrawnRow } from "../../src/audit/sheet/draw.js";
import { LABEL, type SheetLine } from "../../src/audit/sheet/sheet.js";
import { sheetCsv } from "../../src/audit/sheet/write.js";

/** Labels of rows that were drawn: the rows of a sheet, as `pstar label draw` writes it. */
export interface SheetRows {
  /** Of the sheet's file. */
  name: string;
  lines: readonly SheetLine[];
}

/** Names a draw: the same rows of the same file, drawn for the same decision, have the same. */
export function drawName({ strata }: DrawnLabels): string {
  return strata.map(({ code }) => code).join(" ");
}

/** By which labels a file is judged: those of rows drawn here, a sheet that was filled in elsewhere, or labelled rows of other data. */
export type Labels =
  | { kind: "drawn"; sheet: LabelSheet }
  | { kind: "read"; rows: SheetRows }
  | { kind: "set"; file: File; names: readonly string[]; correct: string };

/** The sheet, or the file of other data, as an audit reads it; null for a file's own labels, and as long as there is no label. */
export function otherLabels(labels: Labels | null): SheetRows | File | null {
  if (labels === null) return null;
  switch (labels.kind) {
    case "drawn":
      return labels.sheet.labelled === 0 ? null : labels.sheet.rows();
    case "read":
      return labels.rows;
    case "set":
      return labels.file;
    default:
      return labels satisfies never;
  }
}

/** What a person says of a row. */
export type Label = "1" | "0" | "skip";

/** Rows that were drawn, and what a person has said of them so far. */
export class LabelSheet {
  readonly drawn: DrawnLabels;
  /** Of the sheet's file. */
  readonly name: string;
  readonly #labels = new Map<DrawnRow, Label>();
  /** The rows in the order in which they were labelled, for `undo`. */
  readonly #past: DrawnRow[] = [];

  /** @param kept What `text` gave of the same draw earlier; anything else is left aside. */
  constructor(drawn: DrawnLabels, name: string, kept: string | null = null) {
    this.drawn = drawn;
    this.name = name;
    const known = new Map(drawn.drawn.map((row) => [row.key, row]));
    for (const [key, label] of labelsIn(kept)) {
      const row = known.get(key);
      if (row === undefined || this.#labels.has(row)) continue;
      this.#labels.set(row, label);
      this.#past.push(row);
    }
  }

  /** The labels as a text to be kept. */
  get text(): string {
    return JSON.stringify(this.#past.map((row) => [row.key, this.#labels.get(row)]));
  }

  /** The row to label now; undefined if all are done. */
  get current(): DrawnRow | undefined {
    return this.drawn.drawn.find((row) => !this.#labels.has(row));
  }

  /** Rows that were passed or labelled. */
  get done(): number {
    return this.#labels.size;
  }

  /** Rows that have a label. */
  get labelled(): number {
    return [...this.#labels.values()].filter((label) => label !== "skip").length;
  }

  /** Says something of the row to label now. */
  label(label: Label): void {
    const row = this.current;
    if (row === undefined) return;
    this.#labels.set(row, label);
    this.#past.push(row);
  }

  /** Takes the last label back. */
  undo(): void {
    const row = this.#past.pop();
    if (row !== undefined) this.#labels.delete(row);
  }

  /** The sheet as an audit reads it. */
  rows(): SheetRows {
    const lines = this.drawn.drawn.map((row, i) => {
      const { key, weight, stratum } = row;
      return [i + 2, { key, weight, stratum, [LABEL]: this.#labels.get(row) ?? null }] as const;
    });
    return { name: this.name, lines };
  }

  /** The sheet as `pstar label draw` writes it, with the labels in it. */
  csv(): string {
    return sheetCsv(this.drawn, (row) => this.#labels.get(row) ?? "");
  }
}

/** Nothing else is taken from what a browser has kept. */
function labelsIn(text: string | null): [key: string, label: Label][] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter(
      (one) => Array.isArray(one) && typeof one[0] === "string" && ["1", "0", "skip"].includes(one[1]),
    );
  } catch {
    return [];
  }
}
