import { brotliCompressSync, gzipSync } from "node:zlib";
import type { CompressionCodec, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { DataError } from "../core/errors.js";
import type { Row } from "./field.js";
import { rowLine, wellFormed } from "./jsonText.js";
import { type ParquetFile, withoutMeaning } from "./parquet.js";
import { rowReason } from "./reasons.js";
import { zstdCompressor } from "./zstd.js";

type Compressors = NonNullable<ConstructorParameters<typeof ParquetWriter>[0]["compressors"]>;

/** Takes the bytes of a file, piece by piece. */
type Put = (bytes: Uint8Array) => Promise<void> | void;
/** Rows that can be read more than once. */
type Rows = () => AsyncIterable<Row>;

/** Rows of a row group. */
const GROUP = 50_000;

/** The names of the fields of rows, in the order in which they come up. */
export async function namesOf(rows: AsyncIterable<Row>): Promise<string[]> {
  const names = new Set<string>();
  for await (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

type Kind = "none" | "boolean" | "integer" | "number" | "text" | "json" | "chat";

const ELEMENTS: Record<Exclude<Kind, "chat">, Pick<SchemaElement, "type" | "converted_type">> = {
  none: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  boolean: { type: "BOOLEAN" },
  integer: { type: "INT64" },
  number: { type: "DOUBLE" },
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  json: { type: "BYTE_ARRAY", converted_type: "UTF8" },
};

/**
 * Writes rows as Parquet. A column has one type, that of all its values: booleans, 64-bit integers, doubles or texts; lists,
 * objects and values of several types are written as texts of JSON.
 *
 * @param chats Writes columns of chats as lists of messages: such whose every value is a list of objects of texts.
 */
export async function writeParquet(rows: Rows, put: Put, { chats = false } = {}): Promise<void> {
  const kinds = new Map<string, Kind>();
  /** The members that messages of a column have. */
  const members = new Map<string, Set<string>>();
  for await (const row of rows()) {
    for (const [name, value] of Object.entries(row)) {
      const isOne = chats && isChat(value);
      kinds.set(name, together(kinds.get(name) ?? "none", isOne ? "chat" : kindOf(value)));
      if (!isOne) continue;
      const known = members.get(name) ?? new Set();
      for (const message of value) for (const member of Object.keys(message)) known.add(member);
      members.set(name, known);
    }
  }
  const columns = [...kinds];
  const optional = "OPTIONAL" as const;
  const elements = ([name, kind]: [string, Kind]): SchemaElement[] => {
    if (kind !== "chat") return [{ name, ...ELEMENTS[kind], repetition_type: optional }];
    const texts = [...(members.get(name) ?? [])];
    return [
      { name, repetition_type: optional, num_children: 1, converted_type: "LIST" },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      { name: "element", repetition_type: optional, num_children: texts.length },
      ...texts.map((text): SchemaElement => ({ name: text, ...ELEMENTS.text, repetition_type: optional })),
    ];
  };
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }, ...columns.flatMap(elements)];
  const file = await ParquetOut.begin(schema, "SNAPPY", put);
  let some: Row[] = [];
  const flush = async () => {
    await file.group(columns.map(([name, kind]) => [name, some.map((row) => storedValue(row[name], kind))]));
    some = [];
  };
  for await (const row of rows()) if (some.push(row) === GROUP) await flush();
  if (some.length > 0) await flush();
  await file.end(schema);
}

type Chat = Record<string, string | null>[];

/** A list of messages, each an object of texts. */
function isChat(value: unknown): value is Chat {
  const isMessage = (one: unknown) =>
    typeof one === "object" &&
    one !== null &&
    Object.keys(one).length > 0 &&
    Object.values(one).every((text) => text === null || typeof text === "string");
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}

function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "bigint":
      return BigInt.asIntN(64, value) === value ? "integer" : "json";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "number";
    case "string":
      return "text";
    default:
      return value === undefined || value === null ? "none" : "json";
  }
}

function together(a: Kind, b: Kind): Kind {
  if (a === b || b === "none") return a;
  if (a === "none") return b;
  const numbers = ["integer", "number"];
  return numbers.includes(a) && numbers.includes(b) ? "number" : "json";
}

function storedValue(value: unknown, kind: Kind): unknown {
  if (value === undefined || value === null) return null;
  switch (kind) {
    case "integer":
      return BigInt(value as number);
    case "number":
      return Number(value);
    case "text":
      return wellFormed(value as string);
    case "json":
      return rowLine(value as Row);
    case "chat":
      return (value as Chat).map((message) =>
        Object.fromEntries(
          Object.entries(message).map(([name, text]) => [name, text === null ? null : wellFormed(text)]),
        ),
      );
    case "boolean":
    case "none":
      return value;
    default:
      return kind satisfies never;
  }
}

/**
 * Copies rows of Parquet files of one schema: the same columns, types and codec, and the values as they are stored.
 *
 * @param isKept Asked of each row, by its number in all the files.
 * @throws DataError if the schemas of the files differ.
 */
export async function copyParquet(
  files: readonly ParquetFile[],
  isKept: (row: number) => boolean,
  put: Put,
): Promise<void> {
  const [first] = files;
  const { schema, key_value_metadata: about, row_groups: groups } = first.metadata;
  const codec = groups[0]?.columns[0]?.meta_data?.codec ?? "SNAPPY";
  const file = await ParquetOut.begin(schema.map(withoutMeaning), codec, put);
  const names = first.names;
  let columns: unknown[][] = names.map(() => []);
  let row = 0;
  const flush = async () => {
    await file.group(names.map((name, i) => [name, columns[i]]));
    columns = names.map(() => []);
  };
  for (const parquet of files) {
    if (JSON.stringify(parquet.metadata.schema) !== JSON.stringify(schema)) {
      throw new DataError(rowReason("schemas-differ"));
    }
    for await (const group of parquet.stored()) {
      for (let i = 0; i < group.rows; i++, row++) {
        if (!isKept(row)) continue;
        for (const [c, column] of columns.entries()) column.push(group.columns[c][i]);
      }
      if (columns.length > 0 && columns[0].length >= GROUP) await flush();
    }
  }
  if (columns.length > 0 && columns[0].length > 0) await flush();
  await file.end(schema, about);
}

/** A Parquet file that is written row group by row group. */
class ParquetOut {
  readonly #bytes = new ByteWriter(1 << 20);
  readonly #writer: ParquetWriter;
  readonly #put: Put;

  private constructor(schema: SchemaElement[], codec: CompressionCodec, compressors: Compressors, put: Put) {
    const known = codec === "UNCOMPRESSED" || codec === "SNAPPY" || compressors[codec] !== undefined;
    const createdBy = "pstar";
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema,
      codec: known ? codec : "SNAPPY",
      compressors,
      statistics: false,
      createdBy,
    });
    this.#put = put;
  }

  static async begin(schema: SchemaElement[], codec: CompressionCodec, put: Put): Promise<ParquetOut> {
    const compressors: Compressors = {
      GZIP: (bytes) => gzipSync(bytes),
      BROTLI: (bytes) => brotliCompressSync(bytes),
      ...(codec === "ZSTD" && { ZSTD: await zstdCompressor() }),
    };
    return new ParquetOut(schema, codec, compressors, put);
  }

  async group(columns: readonly (readonly [name: string, data: unknown[]])[]): Promise<void> {
    const columnData = columns.map(([name, data]) => ({ name, data: data as never[], offsetIndex: false }));
    await this.#writer.write({ columnData, rowGroupSize: Number.MAX_SAFE_INTEGER });
    await this.#drain();
  }

  /** @param schema What the footer says of the columns. */
  async end(schema: SchemaElement[], about?: { key: string; value?: string }[]): Promise<void> {
    this.#writer.schema = schema;
    this.#writer.kvMetadata = about;
    this.#writer.finish();
    await this.#drain();
  }

  async #drain(): Promise<void> {
    await this.#put(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index).slice());
    this.#bytes.index = 0;
  }
}
