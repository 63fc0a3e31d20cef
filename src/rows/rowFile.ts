import { DataError } from "../core/errors.js";
import type { Reason } from "../core/reasons.js";
import { arrowRows } from "./arrow.js";
import type { BlockOptions } from "./blocks.js";
import { csvRows, headingTwice } from "./csv.js";
import { encodingOf, HEAD, inUtf8, westernText } from "./encoding.js";
import type { FileRow } from "./field.js";
import {
  binaryForm,
  forcedForm,
  foreignForm,
  isOpenObject,
  otherKeys,
  type RowForm,
  rowForms,
  type TextForm,
  textForm,
} from "./form.js";
import { jsonLines } from "./jsonDocument.js";
import { faultLine, rowLine } from "./jsonText.js";
import { jsonlRows } from "./lines.js";
import { openParquet, type ParquetFile, type RandomBytes } from "./parquet.js";
import { rowReason } from "./reasons.js";
import type { ShapeName } from "./shapes.js";
import { type Compression, compressionOf, type Peeked, peek, without } from "./unpack.js";

/** A first line that is longer than the head is read so far, to tell a row from an object around all rows. */
const LONGER_HEAD = 1 << 22;

/** A file as its bytes are: on a disk, of a server, or dropped on a page. */
export interface FileBytes {
  name: string;
  peek(length: number): Promise<Peeked>;
  /** Reads bytes anywhere; null if that is not possible. */
  random: RandomBytes | null;
  /** Reads on from a place; false if that is not possible. */
  seek?: (position: number) => boolean;
  /** Unpacks what is packed. */
  unpack(chunks: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array>;
}

export interface RowFileOptions extends BlockOptions {
  /** The form, or the shape that a tool gives it; left out, told by the content. */
  as?: RowForm | ShapeName;
}

/** An opened file of rows. It can be read once, unless it is Parquet. */
export interface RowFile {
  name: string;
  form: RowForm;
  /** What a reader should know of how it is read: its encoding, what stands around its rows. */
  notes: Reason[];
  /** The tool in whose place in a document its rows stand. */
  shape?: ShapeName;
  /** Of CSV. */
  delimiter?: string;
  parquet?: ParquetFile;
  /**
   * The rows, some at a time; those of a piece are good until the next is asked for.
   *
   * @param fields Those that are asked for; all if left out.
   * @param whole Whether all are read nevertheless.
   */
  rows(fields?: readonly string[], whole?: boolean): AsyncIterable<Iterable<FileRow>>;
  /**
   * The rows as JSONL: each begins on the line that `rows` tells, and what is not a row is a line that tells why.
   *
   * @param from Bytes of it to leave out at the beginning.
   */
  lines(from?: number): AsyncIterable<Uint8Array>;
}

/**
 * Opens a file of rows in any form, which its content tells, whatever its name: JSONL; a JSON list, the list under `data` of an
 * object, or objects one after another; CSV; Parquet; Arrow. Texts may be packed by gzip or zstd, and in UTF-8, UTF-16 or
 * Windows-1252.
 *
 * @throws DataError if it is broken.
 */
export async function openRowFile(bytes: FileBytes, options: RowFileOptions = {}): Promise<RowFile> {
  const { name } = bytes;
  const as = rowForms.find((form) => form === options.as);
  const packed = await bytes.peek(HEAD);
  const compression = compressionOf(packed.head);
  let { head, chunks } = compression === "none" ? packed : await peek(bytes.unpack(packed.chunks, compression), HEAD);
  const binary = as === "parquet" || as === "arrow" ? as : as === undefined ? binaryForm(head) : undefined;
  if (binary === "parquet") {
    if (bytes.random === null || compression !== "none")
      throw new DataError(rowReason("binary-needs-file", { form: "Parquet" }));
    return binaryFile(name, await openParquet(bytes.random));
  }
  if (binary === "arrow") {
    const rows = () => arrowRows(chunks);
    return { name, form: "arrow", notes: [], rows, lines: (from) => without(name, asLines(rows()), from) };
  }
  const foreign = as === undefined ? foreignForm(head) : undefined;
  if (foreign !== undefined) throw new DataError(rowReason("form-not-read", { form: foreign }));
  const encoding = encodingOf(head);
  const notes: Reason[] = encoding === "utf-8" ? [] : [rowReason("read-as", { encoding: encoding.toUpperCase() })];
  let whole = head.length < HEAD;
  const decoded = () =>
    encoding === "windows-1252" ? westernText(head) : new TextDecoder(encoding).decode(head, { stream: !whole });
  let text = decoded();
  const formOf = () =>
    as === "jsonl" || as === "json" || as === "csv" ? forcedForm(as, text, whole) : textForm(text, whole, name);
  let form = formOf();
  if (as !== "jsonl" && form.form !== "csv" && !whole && isOpenObject(text)) {
    // an object around all rows, which may stand far in it, or the first of many rows, which is long
    ({ head, chunks } = await peek(chunks, LONGER_HEAD));
    whole = head.length < LONGER_HEAD;
    text = decoded();
    form = formOf();
  }
  if (form.form === "json" && form.layout.kind === "key") {
    const others = whole ? otherKeys(text, form.layout.path) : null;
    if (others === null || others.length > 0)
      notes.push(
        rowReason("rows-under-key", { key: form.layout.path.join("."), others: others?.slice(0, 10) ?? null }),
      );
  }
  if (form.form === "csv" && encoding === "utf-8") {
    const twice = await headingTwice(head, form.dialect);
    if (twice !== undefined) notes.push(rowReason("heading-renamed", { name: twice }));
  }
  const file = textFile(name, form, inUtf8(chunks, encoding), notes, options);
  if (file.form !== "jsonl" || encoding !== "utf-8" || compression !== "none") return file;
  const mark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  return {
    ...file,
    lines: (from = 0) => (from > 0 && bytes.seek?.(mark + from) ? chunks : file.lines(from)),
  };
}

function textFile(
  name: string,
  form: TextForm,
  chunks: AsyncIterable<Uint8Array>,
  notes: Reason[],
  options: RowFileOptions,
): RowFile {
  switch (form.form) {
    case "jsonl":
      return {
        name,
        form: "jsonl",
        notes,
        rows: (fields) => jsonlRows(chunks, fields, options),
        lines: (from) => without(name, chunks, from),
      };
    case "json": {
      const lines = jsonLines(chunks, form.layout);
      return {
        name,
        form: "json",
        notes,
        ...(form.shape !== undefined && { shape: form.shape }),
        rows: (fields) => jsonlRows(lines, fields, options),
        lines: (from) => without(name, lines, from),
      };
    }
    case "csv": {
      const rows = (asked?: readonly string[]) =>
        csvRows(chunks, { dialect: form.dialect, limit: options.limit, asked });
      return {
        name,
        form: "csv",
        notes,
        delimiter: form.dialect.delimiter,
        rows,
        lines: (from) => without(name, asLines(rows()), from),
      };
    }
    default:
      form satisfies never;
      throw new Error("unknown form of a file");
  }
}

function binaryFile(name: string, parquet: ParquetFile): RowFile {
  return {
    name,
    form: "parquet",
    notes: [],
    parquet,
    rows: (fields, whole) => parquet.rows(whole ? undefined : fields),
    lines: (from) => without(name, asLines(parquet.rows()), from),
  };
}

/** Rows as JSONL; where a row begins on a later line than the one before it ended, lines are blank. */
async function* asLines(pieces: AsyncIterable<Iterable<FileRow>>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let line = 1;
  for await (const rows of pieces) {
    const texts: string[] = [];
    for (const { line: own, row, fault, excerpt } of rows) {
      for (; line < own; line++) texts.push("");
      texts.push(row === undefined ? faultLine(fault, excerpt?.() ?? "") : rowLine(row));
      line++;
    }
    if (texts.length > 0) yield encoder.encode(`${texts.join("\n")}\n`);
  }
}
