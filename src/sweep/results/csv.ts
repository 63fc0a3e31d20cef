import type { CellResult } from "../../engine/result.js";
import type { ColumnType, ResultColumn } from "./columns.js";

/** The head of the table. */
export function csvHeader(columns: readonly ResultColumn[]): string {
  return csvLine(columns.map(({ name }) => name));
}

/** One cell; numbers have all their digits, what is not known is empty, lists and mappings are JSON. */
export function csvRow(cell: CellResult, columns: readonly ResultColumn[]): string {
  let line = "";
  for (const column of columns) line += `${line === "" ? "" : ","}${field(column.value(cell))}`;
  return `${line}\n`;
}

/** A line of CSV, quoted as RFC 4180 says. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map(field).join(",")}\n`;
}

const QUOTED = /[",\r\n]/;

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** Reads the fields of a column; of a swept setting the type is not known, and each value shows its own. */
export function fieldReader(type: ColumnType | undefined): (text: string) => unknown {
  if (type === undefined) return csvValue;
  if (type === "string") return (text) => (text === "" ? null : text);
  return (text) => (text === "" ? null : Number(text));
}

/** What a field stands for: nothing, a number, yes or no, JSON in brackets, or a word. */
function csvValue(text: string): unknown {
  if (text === "") return null;
  if (NUMBER.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
