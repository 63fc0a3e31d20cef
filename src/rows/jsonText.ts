import type { Reason } from "../core/reasons.js";
import type { Row } from "./field.js";

/**
 * Reads JSON as Python's `json` writes it: `NaN`, `Infinity` and `-Infinity` are numbers there, which JSON does not have.
 * For texts that `JSON.parse` has refused.
 *
 * @throws SyntaxError if it is not JSON with such numbers either.
 */
export function parsePythonJson(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) throw new SyntaxError("not JSON");
  return parse(text, (part) => part);
}

/** Reads JSON with every integer beyond 2^53, such as a 64-bit id, as a `bigint`: as numbers two of them can be equal. */
export function parseExactJson(text: string): unknown {
  return parse(text, (part, mark) =>
    part.replace(/(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g, (digits) =>
      Number.isSafeInteger(Number(digits)) ? digits : JSON.stringify(mark + digits),
    ),
  );
}

/** Whether digits may have been lost when this integer was read as a number. */
export function isWideInteger(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Parses a text in which what `JSON.parse` cannot read, or not exactly, has become a marked string first. */
function parse(text: string, change: (part: string, mark: string) => string): unknown {
  let mark = "number:";
  while (text.includes(mark)) mark += ":";
  const plain = outsideStrings(text, (part) =>
    change(part, mark).replace(/(?<![\w.+-])(?:-?Infinity|NaN)(?![\w.])/g, (name) => {
      if (name === "NaN") return JSON.stringify(mark);
      return name === "Infinity" ? "1e999" : "-1e999";
    }),
  );
  return JSON.parse(plain, (_, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    return value === mark ? Number.NaN : BigInt(value.slice(mark.length));
  });
}

/** Changes what stands between the strings of a JSON text. */
function outsideStrings(text: string, change: (part: string) => string): string {
  const parts: string[] = [];
  for (let from = 0; ; ) {
    const quote = text.indexOf('"', from);
    parts.push(change(quote < 0 ? text.slice(from) : text.slice(from, quote)));
    if (quote < 0) return parts.join("");
    from = quote + 1;
    while (from < text.length && text[from] !== '"') from += text[from] === "\\" ? 2 : 1;
    parts.push(text.slice(quote, ++from));
  }
}

/** What the line of something that is not a row begins with. */
const FAULT = "\u0000fault:";

/**
 * A row as one line of JSON: integers beyond 2^53 with all their digits, NaN as null, infinities as 1e999 (which every reader
 * makes infinite), bytes in base64, and half of a surrogate pair as U+FFFD, as a lone half is not text.
 */
export function rowLine(row: Row): string {
  return valueText(row);
}

function valueText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return textOf(value);
    case "number":
      if (Number.isFinite(value)) return Object.is(value, -0) ? "-0.0" : String(value);
      return Number.isNaN(value) ? "null" : value > 0 ? "1e999" : "-1e999";
    case "boolean":
    case "bigint":
      return String(value);
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`;
      if (value instanceof Uint8Array) return `"${base64(value)}"`;
      const members = Object.entries(value).filter(([, of]) => of !== undefined);
      return `{${members.map(([key, of]) => `${textOf(key)}:${valueText(of)}`).join(",")}}`;
    }
    default:
      return "null";
  }
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8190) text += btoa(String.fromCharCode(...bytes.subarray(i, i + 8190)));
  return text;
}

/** A text in quotation marks. */
function textOf(text: string): string {
  return JSON.stringify(wellFormed(text));
}

/** A text in which half of a surrogate pair is U+FFFD. */
export function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Surrogate}/gu, "\ufffd") : text;
}

/** The line of what is not a row. @param excerpt What is there. */
export function faultLine(fault: Reason | undefined, excerpt: string): string {
  return FAULT + JSON.stringify({ fault, excerpt: wellFormed(excerpt).slice(0, 1000) });
}

/** What a line that {@link faultLine} made says; undefined of any other line. */
export function faultIn(line: string): { fault: Reason; excerpt: string } | undefined {
  if (!line.startsWith(FAULT)) return undefined;
  try {
    const { fault, excerpt } = JSON.parse(line.slice(FAULT.length));
    return typeof fault?.message === "string" && typeof excerpt === "string" ? { fault, excerpt } : undefined;
  } catch {
    return undefined;
  }
}
