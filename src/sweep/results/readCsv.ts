import { resultLines } from "../store/resultLines.js";
import type { ColumnType } from "./columns.js";

/** The records of a CSV file as text fields; a field in quotation marks may go over several lines. */
export function* csvRecords(file: string): Generator<string[]> {
  let open = "";
  for (const bytes of resultLines(file)) {
    const line = bytes.toString("utf8").replace(/\r$/, "");
    const text = open === "" ? line : `${open}\n${line}`;
    if (countQuotes(text) % 2 === 1) {
      open = text;
      continue;
    }
    open = "";
    yield fieldsOf(text);
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i + 1)) count++;
  return count;
}

function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] !== '"') {
      const end = line.indexOf(",", at);
      fields.push(line.slice(at, end < 0 ? line.length : end));
      at = end < 0 ? line.length + 1 : end + 1;
      continue;
    }
    let end = at + 1;
    while (line[end] !== undefined && (line[end] !== '"' || line[end + 1] === '"')) end += line[end] === '"' ? 2 : 1;
    fields.push(line.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return fields;
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
