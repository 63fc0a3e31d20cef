import { DataError } from "../../core/errors.js";
import { quote } from "../../core/printable.js";
import { readBlocks } from "../../rows/blocks.js";
import { encodingOf, HEAD, inUtf8 } from "../../rows/encoding.js";
import { fieldOf } from "../../rows/field.js";
import { Lines, Malformed } from "../../rows/lines.js";
import { rowReason } from "../../rows/reasons.js";
import { openSource } from "../../rows/source.js";
import { peek } from "../../rows/unpack.js";
import { UsageError } from "../failure.js";

/** Where the texts of a file are. */
export interface TextFlags {
  /** The file is JSONL, and the text is in this field; left out, each line is a text. */
  field?: string;
  /** The field with what goes before it. */
  prompt?: string;
  strict?: boolean;
}

export interface TextRow {
  /** 1-based. */
  line: number;
  text: string;
  prompt: string;
  /** Of a row of JSON that has one. */
  id?: string;
}

/** Rows that held no text: how many, and what was wrong with the first. What else to know of how the file is read. */
interface Skipped {
  count: number;
  first: string | null;
  encoding?: string;
}

/** The texts of a file, plain or packed, line by line or from a field of its rows. Blank lines are no texts. */
export class TextRows {
  readonly skipped: Skipped = { count: 0, first: null };
  readonly #file: string;
  readonly #flags: TextFlags;

  constructor(file: string, flags: TextFlags) {
    this.#file = file;
    this.#flags = flags;
    if (flags.field === undefined && /\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(file)) {
      throw new UsageError(`${file} has rows of JSON: name the field with the text, such as --field text`);
    }
    if (flags.prompt !== undefined && flags.field === undefined) {
      throw new UsageError("--prompt names a field of a JSONL file: name the one with the text with --field");
    }
  }

  /** @param onProgress Told how many bytes of the file were read, and of how many. */
  async *read(
    signal: AbortSignal,
    onProgress?: (bytes: number, total: number | null) => void,
  ): AsyncGenerator<TextRow[]> {
    const source = await openSource(this.#file, { signal });
    try {
      let before = 0;
      const { head, chunks } = await peek(source, HEAD);
      const encoding = encodingOf(head);
      if (encoding !== "utf-8") this.skipped.encoding = encoding.toUpperCase();
      for await (const block of readBlocks(inUtf8(chunks, encoding))) {
        signal.throwIfAborted();
        const rows: TextRow[] = [];
        const lines = new Lines(block);
        while (lines.next()) {
          const line = before + lines.line;
          const row = this.#flags.field === undefined ? this.#plain(lines) : this.#field(lines);
          if (typeof row === "string") this.#skip(row, line);
          else rows.push({ line, ...row });
        }
        before += lines.line;
        onProgress?.(source.position, source.size);
        yield rows;
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      await source.close();
    }
  }

  /** The texts alone. */
  async *texts(
    signal: AbortSignal,
    onProgress?: (bytes: number, total: number | null) => void,
  ): AsyncGenerator<string> {
    for await (const rows of this.read(signal, onProgress)) for (const { text } of rows) yield text;
  }

  #plain(lines: Lines): { text: string; prompt: string } | string {
    const text = lines.text();
    return text === null ? "not UTF-8" : { text, prompt: "" };
  }

  #field(lines: Lines): Omit<TextRow, "line"> | string {
    const { field = "", prompt } = this.#flags;
    const row = lines.row();
    if (row instanceof Malformed) return row.reason.message;
    const text = fieldOf(field)(row);
    if (typeof text !== "string") return `no text in the field ${quote(field)}`;
    const id = typeof row.id === "string" ? { id: row.id } : {};
    if (prompt === undefined) return { text, prompt: "", ...id };
    const before = fieldOf(prompt)(row);
    return typeof before === "string" ? { text, prompt: before, ...id } : `no text in the field ${quote(prompt)}`;
  }

  #skip(reason: string, line: number): void {
    const name = this.#file === "-" ? "standard input" : this.#file;
    const what = `${reason} (${name}, line ${line})`;
    if (this.#flags.strict) throw new DataError(what, { line });
    this.skipped.count++;
    this.skipped.first ??= what;
  }
}

/** What to say of rows that were skipped, and of an encoding that is not UTF-8; an empty text if there is nothing to say. */
export function skippedText({ count, first, encoding }: Skipped): string {
  const parts = [
    encoding && rowReason("read-as", { encoding }).message,
    count > 0 && `${count} ${count === 1 ? "row was" : "rows were"} skipped; the first: ${first}`,
  ];
  return parts.filter(Boolean).join("; ");
}
