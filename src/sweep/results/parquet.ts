import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { CellResult } from "../../engine/result.js";
import type { ColumnType, ResultColumn } from "./columns.js";

/** Cells of a row group: what is held in memory at a time. */
const GROUP = 32_768;

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
 * Writes results as Parquet, piece by piece: a row group leaves memory before the next is gathered. All columns may be
 * null but index and id.
 */
export class ParquetTable {
  readonly #columns: readonly ResultColumn[];
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #writer: ParquetWriter;
  readonly #write: (bytes: Uint8Array) => void;
  #rows: unknown[][];
  #count = 0;

  constructor(columns: readonly ResultColumn[], write: (bytes: Uint8Array) => void, createdBy: string) {
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
    this.#rows = columns.map(() => []);
  }

  add(cell: CellResult): void {
    for (const [i, { type, value }] of this.#columns.entries()) this.#rows[i].push(physical(type, value(cell)));
    if (++this.#count === GROUP) this.#endGroup();
  }

  /** Writes what is left, and the file's footer with its metadata. */
  finish(metadata: Record<string, string>): void {
    this.#endGroup();
    this.#writer.kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    this.#writer.finish();
    this.#drain();
  }

  #endGroup(): void {
    if (this.#count === 0) return;
    const columnData = this.#columns.map(({ name, type }, i) => ({
      name,
      data: this.#rows[i],
      encoding: encodingOf(name, type, this.#rows[i]),
    }));
    this.#writer.write({ columnData, rowGroupSize: GROUP });
    this.#rows = this.#columns.map(() => []);
    this.#count = 0;
    this.#drain();
  }

  #drain(): void {
    this.#write(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index));
    this.#bytes.index = 0;
  }
}

/** Words are numbered, and so is what has few values; a dictionary for numbers that all differ would cost time for nothing. */
function encodingOf(name: string, type: ColumnType, values: readonly unknown[]): Encoding | undefined {
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

function physical(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === "int64") return BigInt(value as number);
  return type === "string" && typeof value === "object" ? JSON.stringify(value) : value;
}
