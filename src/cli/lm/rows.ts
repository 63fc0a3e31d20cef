import { DataError } from "../../core/errors.js";
import { printable, quote } from "../../core/printable.js";
import type { Reason } from "../../core/reasons.js";
import { readBlocks } from "../../rows/blocks.js";
import { encodingOf, HEAD, inUtf8 } from "../../rows/encoding.js";
import { fieldOf } from "../../rows/field.js";
import { Lines } from "../../rows/lines.js";
import { filesOf, OF_ROWS } from "../../rows/paths.js";
import { rowReason } from "../../rows/reasons.js";
import { nameOf, RowFiles } from "../../rows/rowFiles.js";
import { openSource } from "../../rows/source.js";
import { peek } from "../../rows/unpack.js";
import type { Context } from "../context.js";
import { UsageError } from "../failure.js";
import { type AsFlag, noteGuess, rowFiles } from "../rows.js";

/** Where the texts of files are. */
export interface TextFlags {
  /** The files have rows, and the text is in this field; left out, each line is a text. */
  field?: string;
  /** The same as `field`. */
  text?: string;
  /** The field with what goes before it. */
  prompt?: string;
  as?: AsFlag;
  strict?: boolean;
  quiet?: boolean;
}

/** The flags with the field of the texts, if nobody named it and the files have rows; says which it is. */
export async function withTextField<T extends TextFlags>(
  paths: readonly string[],
  flags: T,
  context: Context,
): Promise<T> {
  const files = rowFiles(paths, { ...(flags.as !== undefined && { as: flags.as }), quiet: true }, context);
  if ((flags.field ?? flags.text) !== undefined || files.isStream) return flags;
  const hasRows = flags.as?.rows !== undefined || (await files.files()).some((path) => OF_ROWS.test(path));
  if (!hasRows) return flags;
  const { names, guess } = await files.look();
  const { text } = guess.fields;
  if (text === undefined) {
    const known = names.length === 0 ? "" : `\n  the fields of ${files.source} are ${names.join(", ")}`;
    throw new UsageError(
      printable(`${files.source} has rows: name the field with the text, such as --field text${known}`),
    );
  }
  noteGuess(files.source, { shape: guess.shape, flags: [["field", text]] }, flags, context);
  return { ...flags, field: text };
}

export interface TextRow {
  /** The file, if there are several. */
  file?: string;
  /** 1-based. */
  line: number;
  text: string;
  prompt: string;
  /** Of a row that has one. */
  id?: string;
}

/** Rows that held no text: how many, and what was wrong with the first. What else to know of how the files are read. */
interface Skipped {
  count: number;
  first: string | null;
  notes: string[];
}

/** The texts of files, plain or packed, line by line; or a field of their rows, in any form that is read. Blank lines are no texts. */
export class TextRows {
  readonly skipped: Skipped = { count: 0, first: null, notes: [] };
  readonly #paths: readonly string[];
  readonly #field: string | undefined;
  readonly #prompt: string | undefined;
  readonly #strict: boolean;
  readonly #as: AsFlag["rows"];
  #files: Promise<string[]> | undefined;

  constructor(paths: readonly string[], { field, text, prompt, as, strict = false }: TextFlags) {
    if (field !== undefined && text !== undefined && field !== text)
      throw new UsageError("--field and --text are two names of one flag: give one");
    this.#paths = paths;
    this.#field = field ?? text;
    this.#prompt = prompt;
    this.#strict = strict;
    this.#as = as?.rows;
    for (const path of paths) this.#checkForm(path);
    if (prompt !== undefined && this.#field === undefined) {
      throw new UsageError("--prompt names a field of rows: name the one with the text with --field");
    }
  }

  /** The files that the paths mean. */
  files(): Promise<string[]> {
    this.#files ??= filesOf(this.#paths);
    return this.#files;
  }

  /** @param onProgress Told what share of the files was read; null if it is not known. */
  async *read(signal: AbortSignal, onProgress?: (share: number | null) => void): AsyncGenerator<TextRow[]> {
    const files = await this.files();
    try {
      if (this.#field !== undefined) {
        yield* this.#ofRows(files, this.#field, signal, onProgress);
        return;
      }
      for (const [i, file] of files.entries()) {
        this.#checkForm(file);
        const share = (part: number | null) => onProgress?.(part === null ? null : (i + part) / files.length);
        for await (const rows of this.#ofLines(file, signal, share))
          yield files.length === 1 ? rows : rows.map((row) => ({ file: nameOf(file), ...row }));
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  /** The texts alone. */
  async *texts(signal: AbortSignal, onProgress?: (share: number | null) => void): AsyncGenerator<string> {
    for await (const rows of this.read(signal, onProgress)) for (const { text } of rows) yield text;
  }

  #checkForm(path: string): void {
    if (this.#field !== undefined || !OF_ROWS.test(path)) return;
    throw new UsageError(
      `${path} has rows${/json/i.test(path) ? " of JSON" : ""}: name the field with the text, such as --field text`,
    );
  }

  async *#ofLines(
    file: string,
    signal: AbortSignal,
    onProgress: (share: number | null) => void,
  ): AsyncGenerator<TextRow[]> {
    const source = await openSource(file, { signal });
    try {
      let before = 0;
      const { head, chunks } = await peek(source, HEAD);
      const encoding = encodingOf(head);
      if (encoding !== "utf-8")
        this.skipped.notes.push(rowReason("read-as", { encoding: encoding.toUpperCase() }).message);
      for await (const block of readBlocks(inUtf8(chunks, encoding))) {
        signal.throwIfAborted();
        const rows: TextRow[] = [];
        const lines = new Lines(block);
        while (lines.next()) {
          const text = lines.text();
          if (text === null) this.#skip("not UTF-8", file, before + lines.line);
          else rows.push({ line: before + lines.line, text, prompt: "" });
        }
        before += lines.line;
        onProgress(source.size === null ? null : source.position / Math.max(1, source.size));
        yield rows;
      }
    } finally {
      await source.close();
    }
  }

  async *#ofRows(
    paths: readonly string[],
    field: string,
    signal: AbortSignal,
    onProgress?: (share: number | null) => void,
  ): AsyncGenerator<TextRow[]> {
    const [textOf, promptOf] = [fieldOf(field), this.#prompt === undefined ? undefined : fieldOf(this.#prompt)];
    const several = paths.length > 1;
    const onNote = (file: string, { message }: Reason) =>
      this.skipped.notes.push(several ? `${file}: ${message}` : message);
    const files = new RowFiles(paths, { onNote, ...(this.#as !== undefined && { as: this.#as }) });
    const fields = [field, ...(this.#prompt === undefined ? [] : [this.#prompt]), "id"];
    for await (const batch of files.read(fields, { signal, onProgress })) {
      signal.throwIfAborted();
      const rows: TextRow[] = [];
      for (const { line, row, fault, file } of batch) {
        const at = file ?? paths[0];
        if (row === undefined) {
          this.#skip(fault?.message ?? "not a row", at, line);
          continue;
        }
        const text = textOf(row);
        const prompt = promptOf === undefined ? "" : promptOf(row);
        if (typeof text !== "string") this.#skip(`no text in the field ${quote(field)}`, at, line);
        else if (typeof prompt !== "string") this.#skip(`no text in the field ${quote(this.#prompt)}`, at, line);
        else {
          const id = typeof row.id === "string" ? { id: row.id } : {};
          rows.push({ ...(several && { file: at }), line, text, prompt, ...id });
        }
      }
      yield rows;
    }
    signal.throwIfAborted();
  }

  #skip(reason: string, file: string, line: number): void {
    const what = `${reason} (${nameOf(file)}, line ${line})`;
    if (this.#strict) throw new DataError(what, { line });
    this.skipped.count++;
    this.skipped.first ??= what;
  }
}

/** What to say of rows that were skipped, and of an encoding that is not UTF-8; an empty text if there is nothing to say. */
export function skippedText({ count, first, notes }: Skipped): string {
  const parts = [
    ...notes,
    count > 0 && `${count} ${count === 1 ? "row was" : "rows were"} skipped; the first: ${first}`,
  ];
  return parts.filter(Boolean).join("; ");
}
