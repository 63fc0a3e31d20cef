import type { AsyncBuffer, FileMetaData, ParquetParsers, RowGroup, SchemaElement, SchemaTree } from "hyparquet";
import { DataError, PstarError } from "../core/errors.js";
import { columnsOf, type FileRow, type Row } from "./field.js";
import { checkColumns, checkFooter, checkPages, chunkRange, footerLength, leaves } from "./parquetCheck.js";
import { rowReason } from "./reasons.js";

/** Reads bytes anywhere in a file. */
export interface RandomBytes {
  size: number;
  slice(start: number, end: number): Promise<Uint8Array>;
}

/** So many rows are handed on together. */
const BATCH = 4096;

/** A Parquet file: its schema, and its rows by row groups. */
export interface ParquetFile {
  metadata: FileMetaData;
  names: string[];
  /**
   * The rows; memory holds one row group of the columns that are read.
   *
   * @param fields The fields that are read; all columns if left out.
   */
  rows(fields?: readonly string[]): AsyncGenerator<Iterable<FileRow>>;
  /** The values of all columns as they are stored, row group by row group: bytes and integers, whatever they mean. */
  stored(): AsyncGenerator<{ rows: number; columns: unknown[][] }>;
}

/** A leaf of a schema without what its bytes and integers mean. */
export function withoutMeaning(element: SchemaElement): SchemaElement {
  if (element.type === undefined) return element;
  const { converted_type: _, logical_type: __, ...rest } = element;
  return rest;
}

/** @throws DataError if it is not Parquet, is broken, encrypted, or packed by a codec that is not known. */
export async function openParquet(bytes: RandomBytes): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetSchema, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const file: AsyncBuffer = {
    byteLength: bytes.size,
    slice(start, end = bytes.size) {
      const read = async () => {
        const part = await bytes.slice(start, end);
        if (part.byteLength !== end - start) throw new DataError(rowReason("binary-truncated", { form: "Parquet" }));
        return part.buffer.slice(part.byteOffset, part.byteOffset + part.byteLength) as ArrayBuffer;
      };
      const part = read();
      part.catch(() => {}); // several are asked for at once: after the first failure no one waits for the others
      return part;
    },
  };
  const metadata = await orBroken(async () => {
    const last = new Uint8Array(await file.slice(Math.max(0, bytes.size - 8), bytes.size));
    const from = last.length < 8 ? 0 : Math.max(0, bytes.size - footerLength(last));
    checkFooter(new Uint8Array(await file.slice(from, bytes.size)));
    return parquetMetadataAsync(file);
  });
  const schema = await orBroken(async () => {
    const tree = parquetSchema(metadata);
    checkColumns(metadata, tree);
    return tree;
  });
  const paths = leaves(schema);
  /** @param read The columns that are read; all if left out. */
  const checkGroup = async ({ columns, num_rows }: RowGroup, read?: readonly string[]) => {
    for (const [i, { meta_data }] of columns.entries()) {
      const path = paths[i];
      if (meta_data === undefined || (read !== undefined && !read.includes(path[0].element.name))) continue;
      const { from, to } = chunkRange(meta_data);
      if (!(from >= 0 && to >= from && to <= bytes.size)) throw new Error("a column that is not in the file");
      checkPages(await bytes.slice(from, to), meta_data, path, Number(num_rows), compressors);
    }
  };
  const names = schema.children.map(({ element }) => element.name);
  return {
    metadata,
    names,
    async *stored() {
      const bare = { ...metadata, schema: metadata.schema.map(withoutMeaning) };
      const options = { file, metadata: bare, compressors, utf8: false, geoparquet: false };
      let rowStart = 0;
      for (const group of metadata.row_groups) {
        const rowEnd = rowStart + Number(group.num_rows);
        const rows = await orBroken(async () => {
          await checkGroup(group);
          return parquetReadObjects({ ...options, rowStart, rowEnd });
        });
        yield { rows: rows.length, columns: names.map((name) => rows.map((row) => row[name])) };
        rowStart = rowEnd;
      }
    },
    async *rows(fields) {
      const columns = columnsRead(names, fields);
      const read = schema.children.filter(({ element }) => columns?.includes(element.name) ?? true);
      const convert = converterOf(read);
      let start = 0;
      for (const group of metadata.row_groups) {
        const end = start + Number(group.num_rows);
        const options = { file, metadata, columns, compressors, parsers: PARSERS, utf8: false };
        const some = await orBroken(async () => {
          await checkGroup(group, columns);
          return parquetReadObjects({ ...options, rowStart: start, rowEnd: end });
        });
        if (some.length !== end - start) throw new DataError(rowReason("binary-truncated", { form: "Parquet" }));
        for (let from = 0; from < some.length; from += BATCH) {
          const first = start + from;
          yield some.slice(from, from + BATCH).map((row, i): FileRow => {
            const converted = convert(row);
            return { line: first + i + 1, row: converted, exact: () => converted };
          });
        }
        start = end;
      }
      if (start !== Number(metadata.num_rows)) throw new DataError(rowReason("binary-truncated", { form: "Parquet" }));
    },
  };
}

/** The columns in which the fields can be; all if one cannot be in any, so that whoever asks learns which there are. */
export function columnsRead(names: readonly string[], fields: readonly string[] | undefined): string[] | undefined {
  if (fields === undefined) return undefined;
  const wanted = fields.map((field) => columnsOf(field).filter((name) => names.includes(name)));
  return wanted.some(({ length }) => length === 0) || wanted.length === 0 ? undefined : [...new Set(wanted.flat())];
}

/** Whatever the reader of the format throws, in words; those of files and servers pass. */
async function orBroken<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PstarError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DataError(rowReason("binary-broken", { form: "Parquet", why }), {}, { cause: error });
  }
}

/** Instants are texts, with all their digits. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis: bigint) => instant(BigInt(millis), 3),
  timestampFromMicroseconds: (micros: bigint) => instant(BigInt(micros), 6),
  timestampFromNanoseconds: (nanos: bigint) => instant(BigInt(nanos), 9),
  dateFromDays: (days: number) => instant(BigInt(days) * 86_400_000n, 3).slice(0, 10),
};

/** `2024-01-31T12:00:00.5`: ISO 8601, without a zone, as the file leaves it open or it is UTC. @param digits Of a second. */
export function instant(ticks: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const date = new Date(Number((ticks - fraction) / perSecond) * 1000);
  if (Number.isNaN(date.getTime())) return `${ticks}`;
  const rest = String(fraction)
    .padStart(digits, "0")
    .replace(/(?<!0)0+$/, "");
  return date.toISOString().replace(/\.000Z$/, rest === "" ? "" : `.${rest}`);
}

type Convert = (value: unknown) => unknown;

/** Makes plain values of what the reader gives: safe integers become numbers, and texts without a mark that they are texts, texts. */
function converterOf(columns: readonly SchemaTree[]): (row: Row) => Row {
  const converters = columns.map(({ element, children }): [string, Convert] => {
    const scale = element.converted_type === "DECIMAL" && children.length === 0 ? (element.scale ?? 0) : undefined;
    return [element.name, scale === undefined ? plain : (value) => decimal(value, scale)];
  });
  // to assign to this name makes no field
  if (converters.some(([name]) => name === "__proto__")) {
    return (row) => Object.fromEntries(converters.map(([name, convert]) => [name, convert(row[name])]));
  }
  return (row) => {
    const converted: Row = {};
    for (const [name, convert] of converters) converted[name] = convert(row[name]);
    return converted;
  };
}

/** The reader multiplies by a power of ten: the digits beyond the scale are those of its rounding. */
function decimal(value: unknown, scale: number): unknown {
  return typeof value === "number" ? Number(value.toFixed(Math.min(100, Math.max(0, scale)))) : plain(value);
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A value as JSON has it; integers beyond 2^53 stay `bigint`, and bytes that are not text stay bytes. */
export function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Uint8Array) return textOr(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString().replace("Z", "");
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, of]) => [String(key), plain(of)]));
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(of)]));
}

function textOr(bytes: Uint8Array): string | Uint8Array {
  try {
    return strict.decode(bytes);
  } catch {
    return bytes;
  }
}
