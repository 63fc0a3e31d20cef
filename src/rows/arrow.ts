import type { DataType } from "@uwdata/flechette";
import type { XXHashAPI } from "xxhash-wasm";
import { DataError, PstarError } from "../core/errors.js";
import { checkMessage, Header, TYPES, ValueCheck, type Values } from "./arrowCheck.js";
import { ByteReader, concatenated } from "./blocks.js";
import { distinctNames, type FileRow, type Row } from "./field.js";
import { instant, plain } from "./parquet.js";
import { rowReason } from "./reasons.js";

const FORM = { form: "Arrow" };
const MAGIC = "ARROW1";
/** A longer description of a batch is a mistake or an attack. */
const MOST_METADATA = 1 << 28;
/** Bytes to which the buffers of a message may unpack. */
const MOST_UNPACKED = 1 << 29;
/** How often the bytes of a dictionary may be read again, and bytes that are always allowed: for batches that each have another. */
const MOST_AGAIN = 64;
const FREE_AGAIN = 1 << 28;
/** Rows of a batch without columns. */
const MOST_EMPTY = 1e7;

/**
 * The rows of Arrow IPC, stream or file (Feather of version 2), batch by batch; buffers may be packed by LZ4 or zstd. Of two
 * columns of one name the second is called `name.1`, as in CSV.
 *
 * @throws DataError if it is truncated or broken, or has something behind its end.
 */
export async function* arrowRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow[]> {
  const { tableFromIPC } = await startReader();
  const reader = new ByteReader(chunks, () => new DataError(rowReason("binary-truncated", FORM)));
  let begin = await reader.take(8);
  const isFile = text(begin.subarray(0, 6)) === MAGIC;
  if (isFile) begin = await reader.take(8);
  let schema: Uint8Array | undefined;
  if (isFile && begin[0] !== 0xff) {
    const bare = await bareSchema(reader, begin);
    [schema, begin] = [bare.schema, bare.next];
  }
  const dictionaries = new Dictionaries();
  /** Batches that are decoded together, as each time the dictionaries are decoded as well. */
  let batches: { message: Uint8Array; rows: number }[] = [];
  let [line, total, gathered, again] = [1, 0, 0, 0];
  const take = (): FileRow[] => {
    if (batches.length === 0) return [];
    again += dictionaries.bytes;
    if (again > FREE_AGAIN + MOST_AGAIN * total) throw broken("its dictionaries change too often");
    const messages = [schema as Uint8Array, ...dictionaries.messages(), ...batches.map(({ message }) => message), END];
    const expected = batches.map(({ rows }) => rows);
    batches = [];
    gathered = 0;
    return orBroken(() => rowsIn(tableFromIPC(concatenated(messages), OPTIONS) as unknown as Table, expected)).map(
      (row): FileRow => ({ line: line++, row, exact: () => row }),
    );
  };
  for (; ; begin = await reader.take(8)) {
    const length = lengthOf(begin);
    if (length === undefined) throw broken("a message does not begin");
    if (length === 0) break;
    const head = await reader.take(length);
    const { kind, bodyLength, rows, id, isDelta } = orBroken(() => checkMessage(head));
    const message = concatenated([begin, head, await reader.take(bodyLength)]);
    total += message.length;
    if (kind === Header.schema) {
      if (schema !== undefined) throw broken("a second schema");
      schema = message;
    } else if (schema === undefined) throw broken("a batch comes before the schema");
    else if (kind === Header.dictionary) {
      // rows before it mean the words that it replaces; words that it adds change nothing for them
      if (!isDelta) yield take();
      orBroken(() => dictionaries.add(id, message, isDelta));
    } else if (kind === Header.batch) {
      batches.push({ message, rows });
      gathered += message.length;
      if (gathered >= dictionaries.bytes) yield take();
    } else throw broken(`a message of an unknown kind, ${kind}`);
  }
  yield take();
  const { end, length } = await reader.rest(10);
  if (isFile ? text(end.slice(-6)) !== MAGIC : length > 0)
    throw isFile ? new DataError(rowReason("binary-truncated", FORM)) : broken("something follows its end");
  // its footer alone follows the end of its messages, which some writers mark twice: a mark amid them would leave rows out
  const between = isFile ? length - 10 - new DataView(end.buffer, end.byteOffset).getInt32(0, true) : 0;
  if (between !== 0 && between !== END.length) throw broken("its messages end too early");
  if (schema === undefined) throw broken("it has no schema");
}

/** The length of the description of a message, by the eight bytes that it begins with; undefined if it does not begin. */
function lengthOf(begin: Uint8Array): number | undefined {
  const view = new DataView(begin.buffer, begin.byteOffset, 8);
  const length = view.getInt32(4, true);
  return view.getInt32(0, true) === -1 && length >= 0 && length <= MOST_METADATA ? length : undefined;
}

/** A longer schema without its length is a mistake or an attack, and so are more places where it may end. */
const LONGEST_BARE = 1 << 24;
const MOST_ENDS = 16;

/**
 * The schema of a file, written without mark and length, as Polars does, which reads it from the end of the file: what comes before
 * the next message, if that is a schema.
 *
 * @param begin Its first eight bytes.
 */
async function bareSchema(reader: ByteReader, begin: Uint8Array): Promise<{ schema: Uint8Array; next: Uint8Array }> {
  const parts = [begin];
  for (let ends = 0; ends < MOST_ENDS && 8 * parts.length < LONGEST_BARE; ) {
    const next = await reader.take(8);
    if (lengthOf(next) !== undefined) {
      ends++;
      const head = concatenated(parts);
      const mark = new Uint8Array(8).fill(0xff, 0, 4);
      new DataView(mark.buffer).setInt32(4, head.length, true);
      if (isSchema(head)) return { schema: concatenated([mark, head]), next };
    }
    parts.push(next);
  }
  throw broken("a message does not begin");
}

function isSchema(head: Uint8Array): boolean {
  try {
    return checkMessage(head).kind === Header.schema;
  } catch {
    return false;
  }
}

const OPTIONS = { useBigInt: true, useBigIntTimestamp: true, useMap: false };

/** What is used of a table. */
interface Table {
  schema: { fields: { name: string; type: DataType }[] };
  getChildAt(index: number): { length: number; data: readonly Values[]; toArray(): ArrayLike<unknown> };
}

/** The rows of some batches. @param expected How many each says that it has. */
function rowsIn(table: Table, expected: readonly number[]): Row[] {
  const count = expected.reduce((sum, rows) => sum + rows, 0);
  const check = new ValueCheck();
  const { fields } = table.schema;
  if (fields.length === 0 && count > MOST_EMPTY) throw new Error("it has more rows than bytes");
  const names = distinctNames(fields.map(({ name }) => name ?? ""));
  const columns = fields.map(({ type }, i) => {
    const column = table.getChildAt(i);
    if (column.data.length !== expected.length || column.data.some(({ length }, batch) => length !== expected[batch]))
      throw new Error("its columns are of different lengths");
    check.column(column.data);
    return { name: names[i], type, values: column.toArray() };
  });
  return Array.from(
    { length: count },
    (_, row): Row => Object.fromEntries(columns.map(({ name, type, values }) => [name, valueIn(type, values[row])])),
  );
}

/** The dictionaries at hand: by their ids each with what was added to it. */
class Dictionaries {
  readonly #messages = new Map<bigint, Uint8Array[]>();
  bytes = 0;

  add(id: bigint, message: Uint8Array, isDelta: boolean): void {
    const before = this.#messages.get(id);
    if (isDelta && before === undefined) throw new Error("words are added to a dictionary that is not there");
    if (isDelta) before?.push(message);
    else {
      for (const { length } of before ?? []) this.bytes -= length;
      this.#messages.set(id, [message]);
    }
    this.bytes += message.length;
  }

  messages(): Uint8Array[] {
    return [...this.#messages.values()].flat();
  }
}

let started: Promise<typeof import("@uwdata/flechette")> | undefined;

/** Loads the reader of the format, and tells it how buffers are unpacked. */
function startReader(): Promise<typeof import("@uwdata/flechette")> {
  started ??= start();
  return started;
}

async function start(): Promise<typeof import("@uwdata/flechette")> {
  const flechette = await import("@uwdata/flechette");
  const { unpackedZstd } = await import("./unzstd.js");
  const { default: xxhash } = await import("xxhash-wasm");
  const hash = await xxhash();
  const encode = () => {
    throw new Error("nothing is packed here");
  };
  const codec = (most: number, unpack: (packed: Uint8Array, length: number) => Uint8Array) => ({
    encode,
    decode(packed: Uint8Array): Uint8Array {
      // the length of what is unpacked stands before it
      const { buffer, byteOffset, byteLength } = packed;
      const length = Number(new DataView(buffer, byteOffset - 8, 8).getBigInt64(0, true));
      if (!(length >= 0 && length <= Math.min(MOST_UNPACKED, most * (byteLength + 1))))
        throw new Error(`a buffer that is to unpack to ${length} bytes`);
      const unpacked = unpack(packed, length);
      if (unpacked.length !== length) throw new Error("a buffer does not unpack to the length that it announces");
      return unpacked;
    },
  });
  const { CompressionType, setCompressionCodec } = flechette;
  // a block of zstd has at least four bytes and gives at most 128 KiB; of LZ4 a byte adds at most 255
  setCompressionCodec(
    CompressionType.ZSTD,
    codec(1 << 15, (packed, length) => unpackedZstd(packed, length, hash)),
  );
  setCompressionCodec(
    CompressionType.LZ4_FRAME,
    codec(256, (packed, length) => lz4Frame(packed, length, hash)),
  );
  return flechette;
}

/** What ends a stream. */
const END = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** A value as JSON has it. Instants and days are texts, as in Parquet. */
function valueIn(type: DataType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const { Timestamp, Date: Day, Struct, List, LargeList, FixedSizeList, Map: Mapping, Dictionary } = TYPES;
  switch (type.typeId) {
    case Timestamp:
      return instant(BigInt(value as bigint), 3 * (type as { unit: number }).unit);
    case Day:
      return instant(BigInt(Math.trunc(Number(value))), 3).slice(0, 10);
    case Dictionary:
      return valueIn((type as { dictionary: DataType }).dictionary, value);
    case Struct: {
      const { children } = type as { children: { name: string; type: DataType }[] };
      return Object.fromEntries(children.map(({ name, type: of }) => [name, valueIn(of, (value as Row)[name])]));
    }
    case List:
    case LargeList:
    case FixedSizeList: {
      const [{ type: of }] = (type as { children: { type: DataType }[] }).children;
      return Array.from(value as ArrayLike<unknown>, (one) => valueIn(of, one));
    }
    case Mapping:
      return mapping(value as [unknown, unknown][]);
    default:
      return plain(value);
  }
}

/** Pairs as an object. */
function mapping(pairs: readonly [unknown, unknown][]): Row {
  const entries = pairs.map(([key, value]): [string, unknown] => [String(plain(key)), plain(value)]);
  const object = Object.fromEntries(entries);
  if (Object.keys(object).length !== entries.length) throw new Error("a map has a key twice");
  return object;
}

/**
 * Unpacks a frame of LZ4; its blocks may refer to those before them. Its checksums, if it has any, are checked.
 *
 * @param length Bytes that it should have.
 * @see LZ4 Frame Format Description, version 1.6
 */
function lz4Frame(packed: Uint8Array, length: number, { h32Raw }: XXHashAPI): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("not an LZ4 frame");
  const brokenFrame = () => new Error("an LZ4 frame is broken");
  const sum = (bytes: Uint8Array, at: number) => {
    if (h32Raw(bytes) >>> 0 !== view.getUint32(at, true)) throw new Error("the checksum of a buffer does not match");
  };
  const flags = packed[4];
  let at = 6 + ((flags & 8) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0) + 1;
  if (((h32Raw(packed.subarray(4, at - 1)) >>> 8) & 255) !== packed[at - 1]) throw brokenFrame();
  const out = new Uint8Array(length);
  let filled = 0;
  const put = (bytes: Uint8Array) => {
    if (filled + bytes.length > length) throw brokenFrame();
    out.set(bytes, filled);
    filled += bytes.length;
  };
  for (;;) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) {
      const unpacked = out.subarray(0, filled);
      if ((flags & 4) !== 0) sum(unpacked, at);
      return unpacked;
    }
    const block = packed.subarray(at, at + (head & 0x7fffffff));
    if (block.length < (head & 0x7fffffff)) throw new Error("an LZ4 frame is truncated");
    at += block.length;
    if ((flags & 16) !== 0) {
      sum(block, at);
      at += 4;
    }
    if (head >>> 31 === 1) {
      put(block);
      continue;
    }
    for (let i = 0; i < block.length; ) {
      const token = block[i++];
      const more = (nibble: number) => {
        let count = nibble;
        if (nibble === 15) {
          let byte: number;
          do {
            if (i >= block.length) throw brokenFrame();
            byte = block[i++];
            count += byte;
          } while (byte === 255);
        }
        return count;
      };
      const literals = more(token >> 4);
      if (i + literals > block.length) throw brokenFrame();
      put(block.subarray(i, i + literals));
      i += literals;
      if (i >= block.length) break;
      if (i + 2 > block.length) throw brokenFrame();
      const offset = block[i] | (block[i + 1] << 8);
      i += 2;
      const count = more(token & 15) + 4;
      if (offset === 0 || offset > filled || filled + count > length) throw brokenFrame();
      for (let k = 0; k < count; k++, filled++) out[filled] = out[filled - offset];
    }
  }
}

function broken(why: string): DataError {
  return new DataError(rowReason("binary-broken", { ...FORM, why }));
}

function orBroken<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PstarError ? error : broken(error instanceof Error ? error.message : String(error));
  }
}

function text(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
