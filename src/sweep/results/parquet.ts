import { asyncBufferFromFile, type ColumnChunk, type RowGroup, type SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { FileError, reasonOf } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";
import { openParquet as openParquetFile } from "../../rows/parquet.js";
import { sweepReason } from "../reasons.js";
import type { FlatRows } from "./flat.js";
import type { Column, ColumnType } from "./table.js";

/** Cells of a row group: what is held in memory at a time. */
const GROUP = 8192;

type Encoding = "PLAIN" | "RLE_DICTIONARY";

/** Columns of few different words. */
const WORDS = new Set(["engine", "reason", "status", "verdict", "message"]);

const PHYSICAL: Record<ColumnType, Pick<SchemaElement, "type" | "converted_type">> = {
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  double: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  string: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

/**
 * Writes results as Parquet, piece by piece: a row group leaves memory before the next is gathered. All columns but index and id may be
 * null.
 *
 * A row group takes tenths of a second: {@link step} writes one of its columns, for callers that let other tasks run in between.
 * Nothing depends on whether they do.
 */
export class ParquetTable<Row> {
  readonly #columns: readonly Column<Row>[];
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #writer: ParquetWriter;
  readonly #write: (bytes: Uint8Array) => void;
  #buffers: ColumnBuffer[];
  /** Of each column, what was last written of it in one value. */
  readonly #constants: (Constant | undefined)[] = [];
  #count = 0;
  /** The row group that is being written: as many of its columns as are. */
  #group: RowGroup | undefined;

  constructor(columns: readonly Column<Row>[], write: (bytes: Uint8Array) => void, createdBy: string) {
    this.#columns = columns;
    this.#write = write;
    const schema: SchemaElement[] = [
      { name: "root", num_children: columns.length },
      ...columns.map(({ name, type }): SchemaElement => {
        const required = name === "index" || name === "id";
        return { name, ...PHYSICAL[type], repetition_type: required ? "REQUIRED" : "OPTIONAL" };
      }),
    ];
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy });
    this.#buffers = columns.map(({ type }) => columnBuffer(type));
  }

  add(row: Row): void {
    while (this.step());
    for (let i = 0; i < this.#columns.length; i++) this.#buffers[i].add(this.#count, this.#columns[i].value(row));
    if (++this.#count === GROUP) this.endGroup();
  }

  /** Makes a row group of the rows that are there; {@link step} writes it. */
  endGroup(): void {
    while (this.step());
    if (this.#count > 0) this.#group = { columns: [], total_byte_size: 0n, num_rows: BigInt(this.#count) };
  }

  /** Writes a column of the row group that is due. @returns Whether one is left. */
  step(): boolean {
    const group = this.#group;
    if (group === undefined) return false;
    const place = group.columns.length;
    const data = this.#buffers[place].take(this.#count);
    const start = this.#bytes.offset;
    const chunk = this.#again(place, data) ?? this.#encode(place, data);
    group.columns.push(chunk);
    group.total_byte_size += chunk.meta_data?.total_uncompressed_size ?? 0n;
    group.total_compressed_size = (group.total_compressed_size ?? 0n) + BigInt(this.#bytes.offset - start);
    this.#drain();
    if (group.columns.length < this.#columns.length) return true;
    this.#writer.row_groups.push(group);
    this.#writer.num_rows += group.num_rows;
    this.#count = 0;
    this.#group = undefined;
    return false;
  }

  /** Encodes a column of the row group. */
  #encode(place: number, data: unknown[] | Float64Array): ColumnChunk {
    const { name, type } = this.#columns[place];
    const before = this.#writer.num_rows;
    const pages = this.#writer.pendingIndexes.length;
    const start = this.#bytes.index;
    this.#writer.write({ columnData: [{ name, data, encoding: encodingOf(name, type, data) }], rowGroupSize: GROUP });
    // to the writer it was a row group of one column
    const [written] = this.#writer.row_groups.splice(-1);
    this.#writer.num_rows = before;
    const [chunk] = written.columns;
    const inOnePage = this.#writer.pendingIndexes[pages].offsetIndex === undefined;
    if (inOnePage && isConstant(data)) {
      const bytes = new Uint8Array(this.#bytes.buffer.slice(start, this.#bytes.index));
      this.#constants[place] = { value: data[0], rows: data.length, bytes, chunk };
    }
    return chunk;
  }

  /** Writes a column that has one value, and had it in a row group before, by its bytes there: half of the theory's columns are such. */
  #again(place: number, data: unknown[] | Float64Array): ColumnChunk | undefined {
    const known = this.#constants[place];
    if (known === undefined || known.rows !== data.length) return undefined;
    if (!Object.is(known.value, data[0]) || !isConstant(data)) return undefined;
    const { meta_data, file_offset } = known.chunk;
    const by = BigInt(this.#bytes.offset) - file_offset;
    this.#bytes.appendBytes(known.bytes);
    return {
      file_offset: file_offset + by,
      meta_data: meta_data && {
        ...meta_data,
        data_page_offset: meta_data.data_page_offset + by,
        dictionary_page_offset: meta_data.dictionary_page_offset && meta_data.dictionary_page_offset + by,
      },
    };
  }

  /** Adds the row that a reader of lines has at hand. */
  addFlat(rows: FlatRows): void {
    while (this.step());
    for (let i = 0; i < this.#columns.length; i++) {
      this.#buffers[i].add(this.#count, this.#columns[i].type === "double" ? rows.number(i) : rows.value(i));
    }
    if (++this.#count === GROUP) this.endGroup();
  }

  /** Writes what is left, and the file's footer with its metadata. */
  finish(metadata: Record<string, string>): void {
    this.endGroup();
    while (this.step());
    this.#writer.kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    this.#writer.finish();
    this.#drain();
  }

  #drain(): void {
    this.#write(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index));
    this.#bytes.index = 0;
  }
}

/** A column of one value, as it was written in a row group. */
interface Constant {
  value: unknown;
  rows: number;
  bytes: Uint8Array;
  chunk: ColumnChunk;
}

function isConstant(values: readonly unknown[] | Float64Array): boolean {
  const [first] = values;
  for (const value of values) if (!Object.is(value, first)) return false;
  return true;
}

/** A dictionary for words and for columns of few values; for numbers that all differ it would only cost time. */
function encodingOf(name: string, type: ColumnType, values: readonly unknown[] | Float64Array): Encoding | undefined {
  if (type === "boolean") return undefined;
  if (WORDS.has(name)) return "RLE_DICTIONARY";
  if (name === "index" || name === "id") return "PLAIN";
  const step = Math.max(1, Math.floor(values.length / 256));
  const seen = new Set<unknown>();
  let looked = 0;
  for (let i = 0; i < values.length; i += step) {
    seen.add(values[i]);
    looked++;
  }
  return 4 * seen.size < looked ? "RLE_DICTIONARY" : "PLAIN";
}

/** The values of a column until its row group is written. */
interface ColumnBuffer {
  add(row: number, value: unknown): void;
  /** The values of so many rows; afterwards the buffer is empty. */
  take(rows: number): unknown[] | Float64Array;
}

/** Numbers share one array and equal words one string, so that a million cells leave little garbage. */
function columnBuffer(type: ColumnType): ColumnBuffer {
  return type === "double" ? new DoubleBuffer() : new ValueBuffer(type);
}

/** A column without values, which most of the theory's are. */
const NOTHING: readonly null[] = new Array(GROUP).fill(null);

class DoubleBuffer implements ColumnBuffer {
  /** NaN for a missing value: no result is NaN, as JSON has none. */
  readonly #values = new Float64Array(GROUP);
  #gaps = 0;

  add(row: number, value: unknown): void {
    if (typeof value === "number") this.#values[row] = value;
    else {
      this.#values[row] = Number.NaN;
      this.#gaps++;
    }
  }

  take(rows: number): unknown[] | Float64Array {
    const values = this.#values.subarray(0, rows);
    const gaps = this.#gaps;
    this.#gaps = 0;
    if (gaps === 0) return values;
    if (gaps === rows) return NOTHING.slice(0, rows);
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  }
}

const MOST_WORDS = 1000;

class ValueBuffer implements ColumnBuffer {
  readonly #type: ColumnType;
  readonly #words = new Map<string, string>();
  #values: unknown[] = [];

  constructor(type: ColumnType) {
    this.#type = type;
  }

  add(_row: number, value: unknown): void {
    this.#values.push(this.#physical(value));
  }

  take(): unknown[] {
    const values = this.#values;
    this.#values = [];
    return values;
  }

  #physical(value: unknown): unknown {
    if (value === null || value === undefined) return null;
    if (this.#type === "int64") return BigInt(value as number);
    if (this.#type !== "string") return value;
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    if (this.#words.size < MOST_WORDS) this.#words.set(text, text);
    return text;
  }
}

/** A Parquet file of results: its columns, what it says of itself, and its rows. */
export interface ParquetResults {
  names: string[];
  metadata: ReadonlyMap<string, string>;
  rows(): AsyncGenerator<unknown[]>;
}

/** Opens a Parquet file. Its rows are read a row group at a time. */
export async function openParquet(path: string): Promise<ParquetResults> {
  try {
    const file = await asyncBufferFromFile(path);
    const slice = async (from: number, to: number) => new Uint8Array(await file.slice(from, to));
    const { names, metadata: footer, rows } = await openParquetFile({ size: file.byteLength, slice });
    if (names.some((name) => typeof name !== "string")) throw new Error("a column has no name");
    const metadata = new Map(footer.key_value_metadata?.map(({ key, value }) => [key, value ?? ""]));
    return {
      names,
      metadata,
      async *rows() {
        try {
          for await (const some of rows()) for (const { row = {} } of some) yield names.map((name) => plain(row[name]));
        } catch (error) {
          throw unreadable(path, error);
        }
      },
    };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What the reader of Parquet says of a file that is another one, or damaged. */
function unreadable(path: string, error: unknown): FileError {
  if ((error as NodeJS.ErrnoException).syscall !== undefined) return fileError("read", path, error);
  const reason = sweepReason("parquet-unsound", { file: path, why: reasonOf(error) });
  return new FileError(reason, { got: path }, { cause: error });
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
