import type { FileRow } from "../../src/audit/file.js";
import type { Row } from "../../src/rows/field.js";
import { parseExactJson, parsePythonJson } from "../../src/rows/json.js";

/** A longer line is no row: a file without line ends would fill the memory. */
const LONGEST = 10_000_000;

/** The rows of a JSONL or CSV text that comes in pieces, in order. */
export async function* fileRows(pieces: AsyncIterable<string>, form: "jsonl" | "csv"): AsyncGenerator<FileRow[]> {
  const reader = form === "csv" ? new CsvRows() : new JsonRows();
  for await (const piece of pieces) yield reader.take(piece);
  yield reader.end();
}

class JsonRows {
  #rest = "";
  #line = 0;

  take(piece: string): FileRow[] {
    const lines = piece.split("\n");
    lines[0] = this.#rest + lines[0]; // not split again: a line of many pieces would be read as often
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST)
      throw new RangeError(`line ${this.#line + lines.length + 1} is longer than any row`);
    return lines.flatMap((text) => this.#row(text));
  }

  end(): FileRow[] {
    return this.#row(this.#rest);
  }

  #row(text: string): FileRow[] {
    const line = ++this.#line;
    if (text.trim() === "") return [];
    const json = line === 1 ? text.replace(/^\uFEFF/, "") : text;
    const exact = () => parseExactJson(json) as Row;
    let row: unknown;
    let nonFinite = false;
    try {
      row = JSON.parse(json);
    } catch {
      try {
        row = parsePythonJson(json);
        nonFinite = true;
      } catch {
        return [{ line, fault: "it is not JSON" }];
      }
    }
    if (typeof row !== "object" || row === null || Array.isArray(row)) return [{ line, fault: "it is no JSON object" }];
    return [{ line, row: { ...row }, nonFinite, exact }];
  }
}

/** As RFC 4180 says: the first row has the names, a field in quotes may hold line ends, and two quotes are one. */
class CsvRows {
  #names: string[] | undefined;
  #fields: string[] = [];
  #field = "";
  #quoted = false;
  /** A quote within a quoted field: its end, or one half of a quote. */
  #closing = false;
  #line = 1;
  #began = 1;

  take(piece: string): FileRow[] {
    const rows: FileRow[] = [];
    for (const sign of piece) {
      if (sign === "\n") this.#line++;
      if (this.#quoted && !this.#closing) {
        if (sign === '"') this.#closing = true;
        else this.#field += sign;
      } else if (sign === '"' && (this.#closing || this.#field === "")) {
        if (this.#closing) this.#field += '"';
        this.#quoted = true;
        this.#closing = false;
      } else if (sign === ",") this.#endField();
      else if (sign === "\n") rows.push(...this.#endRow());
      else if (sign !== "\r") this.#field += sign;
      if (this.#field.length > LONGEST) throw new RangeError(`line ${this.#began} has a field longer than any row`);
    }
    return rows;
  }

  end(): FileRow[] {
    if (this.#quoted && !this.#closing) return [{ line: this.#began, fault: "a quote is not closed" }];
    return this.#endRow();
  }

  #endField(): void {
    this.#fields.push(this.#field);
    this.#field = "";
    this.#quoted = false;
    this.#closing = false;
  }

  #endRow(): FileRow[] {
    this.#endField();
    const fields = this.#fields;
    const line = this.#began;
    this.#fields = [];
    this.#began = this.#line;
    if (fields.length === 1 && fields[0] === "") return [];
    if (!this.#names) {
      this.#names = fields.map((name) => name.replace(/^\uFEFF/, "").trim());
      return [];
    }
    const names = this.#names;
    if (fields.length !== names.length) {
      return [{ line, fault: `it has ${fields.length} fields, and the first row names ${names.length}` }];
    }
    return [{ line, row: Object.fromEntries(fields.map((value, i) => [names[i], value])) }];
  }
}
