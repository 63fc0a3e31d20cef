import { type CsvDialect, csvDialect } from "./csv.js";
import type { JsonLayout } from "./jsonDocument.js";
import { parsePythonJson } from "./jsonText.js";
import type { ForeignForm } from "./reasons.js";
import { type ShapeName, shapes } from "./shapes.js";

/** How the rows of a text lie in it; of a JSON text, whose the object around them is. */
export type TextForm =
  | { form: "jsonl" }
  | { form: "json"; layout: JsonLayout; shape?: ShapeName }
  | { form: "csv"; dialect: CsvDialect };

/** The forms in which files have rows. */
export const rowForms = ["jsonl", "json", "csv", "parquet", "arrow"] as const;
export type RowForm = (typeof rowForms)[number];

/** Where an object around a list of rows may have it, and a key that stands beside it in what a tool writes. */
const LISTS: readonly { path: readonly string[]; beside?: string; shape?: ShapeName }[] = [
  { path: ["data"] },
  ...shapes.flatMap(({ id, lists = [] }) => lists.map((list) => ({ ...list, shape: id }))),
];

/** What files are that are not read, and the bytes that they begin with. */
const FOREIGN: Readonly<Record<ForeignForm, readonly string[]>> = {
  zip: ["PK\x03\x04"],
  "old-office": ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"],
  bzip2: [..."123456789"].map((level) => `BZh${level}1AY&SY`),
  xz: ["\xfd7zXZ\0"],
  "7z": ["7z\xbc\xaf\x27\x1c"],
  lz4: ["\x04\x22\x4d\x18"],
  sqlite: ["SQLite format 3\0"],
  hdf5: ["\x89HDF\r\n\x1a\n"],
  avro: ["Obj\x01"],
  pickle: ["\x80\x04\x95", "\x80\x05\x95"],
  pdf: ["%PDF-"],
  "git-lfs": ["version https://git-lfs"],
  html: ["<!doctype html", "<html>", "<html "],
  xml: ["<?xml"],
};

/** What a file is that cannot be read, by its first bytes. */
export function foreignForm(head: Uint8Array): ForeignForm | undefined {
  const begin = String.fromCharCode(...head.subarray(0, 200));
  const text = begin
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  return (Object.keys(FOREIGN) as ForeignForm[]).find((form) =>
    FOREIGN[form].some((sign) => (sign.startsWith("<") ? text : begin).startsWith(sign)),
  );
}

/** The binary form that a file begins with. */
export function binaryForm(head: Uint8Array): "parquet" | "arrow" | undefined {
  const begins = (text: string) => [...text].every((sign, i) => head[i] === sign.charCodeAt(0));
  if (begins("PAR1") || begins("PARE")) return "parquet";
  // the stream form of Arrow begins with a mark and the length of its schema
  const isStream = head.length > 8 && head.subarray(0, 4).every((byte) => byte === 0xff) && head[7] === 0;
  return begins("ARROW1\0\0") || isStream ? "arrow" : undefined;
}

/**
 * The form of a text by its beginning. What begins with neither a bracket nor a table is called JSONL, whose lines are refused
 * one by one.
 *
 * @param whole Whether the beginning is all of it.
 * @param name The name of the file, which decides where the text does not: of one line, or of cells of unequal number.
 */
export function textForm(head: string, whole: boolean, name = ""): TextForm {
  const text = head.replace(/^\ufeff/, "");
  const json = jsonForm(text, whole);
  if (json !== undefined) return json;
  const named = /\.(csv|tsv|tab|psv)(\.gz|\.zst)?$/i.test(name);
  const hasJson = text.split("\n", 200).some((line) => line.startsWith("{") && isJson(line.trimEnd()));
  const dialect = hasJson ? undefined : csvDialect(text, whole, named);
  if (dialect !== undefined) return { form: "csv", dialect };
  return named ? { form: "csv", dialect: { delimiter: /\.csv/i.test(name) ? "," : "\t", skip: 0 } } : { form: "jsonl" };
}

/** The form that is asked for. */
export function forcedForm(as: "jsonl" | "json" | "csv", head: string, whole: boolean): TextForm {
  if (as === "jsonl") return { form: "jsonl" };
  if (as === "csv") return { form: "csv", dialect: csvDialect(head, whole, true) ?? { delimiter: ",", skip: 0 } };
  const found = jsonForm(head, whole);
  if (found?.form === "json") return found;
  return { form: "json", layout: { kind: head.trimStart().startsWith("[") ? "list" : "values" } };
}

function jsonForm(text: string, whole: boolean): TextForm | undefined {
  const start = text.search(/\S/);
  const sign = text[start];
  if (sign !== "{" && sign !== "[") return undefined;
  const lineEnd = text.indexOf("\n", start);
  const first = (lineEnd < 0 ? text.slice(start) : text.slice(start, lineEnd)).trimEnd();
  const rest = lineEnd < 0 ? "" : text.slice(lineEnd + 1).trimStart();
  const list: TextForm = { form: "json", layout: { kind: "list" } };
  const second = rest.split("\n", 1)[0].trimEnd();
  if (isJson(first)) {
    if (sign === "[") return isListOfObjects(`:${first}`, 0) || (rest === "" && whole) ? list : { form: "jsonl" };
    // a second row is one of JSONL, and anything else a remainder that the reader of the first will find
    const isAlone = rest === "" ? whole : !second.startsWith("{");
    return (isAlone ? wrappedForm(first) : undefined) ?? { form: "jsonl" };
  }
  // of JSONL with a broken first line, the next is a row by itself
  if (first !== sign && isJson(second) && second.startsWith("{")) return { form: "jsonl" };
  if (sign === "[") return /^\[\s*([{\]]|$)/.test(text.slice(start)) ? list : { form: "jsonl" };
  const wrapped = wrappedForm(text.slice(start));
  if (wrapped !== undefined) return wrapped;
  return lineEnd >= 0 && isOpen(first) && !second.startsWith("{")
    ? { form: "json", layout: { kind: "values" } }
    : { form: "jsonl" };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    try {
      parsePythonJson(text);
      return true;
    } catch {
      return false;
    }
  }
}

/** Whether only more of a text than its beginning can tell its form: an object that does not end in its first line. */
export function isOpenObject(head: string): boolean {
  const text = head.replace(/^\ufeff/, "").trimStart();
  return text.startsWith("{") && !isJson(text.split("\n", 1)[0].trimEnd());
}

/** The form of an object, of which the text may be the beginning, that has a list of rows. */
function wrappedForm(text: string): TextForm | undefined {
  const keys = [...keysOf(text)];
  for (const { path, beside, shape } of LISTS) {
    if (beside !== undefined && !keys.some((key) => key.path.length === 1 && key.path[0] === beside)) continue;
    const isThere = keys.some((key) => key.path.join("\0") === path.join("\0") && isListOfObjects(text, key.after));
    if (isThere) return { form: "json", layout: { kind: "key", path }, ...(shape !== undefined && { shape }) };
  }
  return undefined;
}

function isListOfObjects(text: string, after: number): boolean {
  const following = /^\s*:\s*\[\s*(.?)/s.exec(text.slice(after, after + 1000));
  return following !== null && "{]".includes(following[1]);
}

/** Of a JSON object, the keys beside those on the way to its rows. */
export function otherKeys(text: string, path: readonly string[]): string[] {
  return [...keysOf(text)]
    .filter((key) => key.path.length === 1 && key.path[0] !== path[0])
    .map(({ path: [key] }) => key);
}

/** The keys of an object and of the objects right in it, by their paths, and where each ends. */
function* keysOf(text: string): Generator<{ path: readonly [string] | readonly [string, string]; after: number }> {
  let outer = "";
  /** Whether the brackets that are open are those of objects. */
  const objects: boolean[] = [];
  for (const { depth, token, after } of tokens(text)) {
    if (token === "{" || token === "[") objects[depth] = token === "{";
    if (depth < 1 || depth > 2 || token === undefined || !token.startsWith('"')) continue;
    if (!objects[depth - 1] || !/^[ \t\r\n]{0,100}:/.test(text.slice(after, after + 101))) continue;
    const key = token.slice(1, -1);
    if (depth === 1) {
      outer = key;
      yield { path: [key], after };
    } else if (objects[0]) yield { path: [outer, key], after };
  }
}

/** Whether brackets are open at the end of a line, and no string is. */
function isOpen(line: string): boolean {
  let depth = 0;
  for (const { token, depth: at } of tokens(line)) {
    if (token === undefined) return false;
    depth = token === "{" || token === "[" ? at + 1 : token === "}" || token === "]" ? at - 1 : depth;
  }
  return depth > 0;
}

/** The strings and brackets of a JSON text, with the brackets open before them; the token of a string that is not closed is undefined. */
function* tokens(text: string): Generator<{ depth: number; token: string | undefined; after: number }> {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') {
      const from = i++;
      while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      yield { depth, token: i < text.length ? text.slice(from, i + 1) : undefined, after: i + 1 };
    } else if ("{[".includes(sign)) yield { depth: depth++, token: sign, after: i + 1 };
    else if ("}]".includes(sign)) yield { depth: depth--, token: sign, after: i + 1 };
  }
}
