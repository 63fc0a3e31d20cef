import type { DataType } from "@uwdata/flechette";
import { DataError, PstarError } from "../core/errors.js";
import type { FileRow, Row } from "./field.js";
import { instant, plain } from "./parquet.js";
import { rowReason } from "./reasons.js";

const FORM = { form: "Arrow" };
const MAGIC = "ARROW1";
const Header = { schema: 1, dictionary: 2, batch: 3 } as const;
/** A longer description of a batch is a mistake or an attack. */
const MOST_METADATA = 1 << 28;

/**
 * The rows of Arrow IPC, stream or file (Feather of version 2), batch by batch; buffers may be packed by LZ4 or zstd.
 *
 * @throws DataError if it is truncated or broken, or has something behind its end.
 */
export async function* arrowRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileRow[]> {
  const { tableFromIPC, setCompressionCodec, CompressionType } = await import("@uwdata/flechette");
  const { decompress } = await import("fzstd");
  const encode = () => {
    throw new Error("nothing is packed here");
  };
  setCompressionCodec(CompressionType.ZSTD, { encode, decode: (bytes) => decompress(bytes).slice() });
  setCompressionCodec(CompressionType.LZ4_FRAME, { encode, decode: lz4Frame });
  const reader = new Reader(chunks);
  let begin = await reader.take(8);
  const isFile = text(begin.subarray(0, 6)) === MAGIC;
  if (isFile) begin = await reader.take(8);
  let schema: Uint8Array | undefined;
  let dictionaries: Uint8Array[] = [];
  let line = 1;
  for (; ; begin = await reader.take(8)) {
    const view = new DataView(begin.buffer, begin.byteOffset, 8);
    const length = view.getInt32(4, true);
    if (view.getInt32(0, true) !== -1 || length < 0 || length > MOST_METADATA) throw broken("a message does not begin");
    if (length === 0) break;
    const head = await reader.take(length);
    const { kind, bodyLength } = messageOf(head);
    const message = [begin, head, await reader.take(bodyLength)];
    if (kind === Header.schema) {
      schema = joined(message);
      dictionaries = [];
    } else if (kind === Header.dictionary) dictionaries.push(joined(message));
    else if (kind === Header.batch) {
      if (schema === undefined) throw broken("a batch comes before the schema");
      const rows = orBroken(() => {
        const table = tableFromIPC(joined([schema as Uint8Array, ...dictionaries, ...message, END]), {
          useBigInt: true,
          useBigIntTimestamp: true,
          useMap: true,
        });
        const most = Math.max(MOST_EMPTY, 8 * bodyLength);
        if (table.numRows > most) throw new Error("it has more rows than bytes");
        const fields = table.schema.fields.map(({ name, type }, i) => {
          const column = table.getChildAt(i);
          if (column.length !== table.numRows) throw new Error("its columns are of different lengths");
          for (const batch of column.data) checkBatch(batch as unknown as Values, most);
          return { name, type, values: column.toArray() };
        });
        return Array.from(
          { length: table.numRows },
          (_, row): Row =>
            Object.fromEntries(fields.map(({ name, type, values }) => [name, valueIn(type, values[row])])),
        );
      });
      yield rows.map((row): FileRow => ({ line: line++, row, exact: () => row }));
    } else throw broken(`a message of an unknown kind, ${kind}`);
  }
  const rest = await reader.rest(12);
  if (isFile ? text(rest.slice(-6)) !== MAGIC : rest.length > 0)
    throw isFile ? new DataError(rowReason("binary-truncated", FORM)) : broken("something follows its end");
}

/** Of columns that are all null there may be rows without bytes. */
const MOST_EMPTY = 1e7;

/** The values of a column in a batch, as the reader holds them. */
interface Values {
  length: number;
  type: { typeId: number; stride?: number };
  values?: ArrayLike<unknown>;
  offsets?: ArrayLike<number | bigint>;
  children?: Values[];
  dictionary?: { data: Values[] };
}

/** The reader believes what a file says of its own lengths: here they are compared with what is there. */
function checkBatch({ length, type, values, offsets, children = [], dictionary }: Values, most: number): void {
  const wrong = (isWrong: boolean) => {
    if (isWrong) throw new Error("its lengths do not fit together");
  };
  wrong(!(length >= 0 && length <= most));
  for (const child of children) checkBatch(child, most);
  for (const part of dictionary?.data ?? []) checkBatch(part, Math.max(most, part.values?.length ?? 0));
  if (offsets !== undefined && offsets.length > 0 && type.typeId !== TYPES.Union) {
    wrong(length > 0 && offsets.length <= length);
    for (let i = 0; i < length; i++) wrong(!(offsets[i] >= 0 && offsets[i] <= offsets[i + 1]));
    const end = length === 0 ? 0 : Number(offsets[length]);
    wrong(end > (children.length > 0 ? children[0].length : (values?.length ?? 0)));
  } else if (children.length > 0) {
    const each = type.typeId === TYPES.FixedSizeList ? (type.stride ?? 1) : type.typeId === TYPES.Struct ? 1 : 0;
    for (const child of children) wrong(child.length < each * length);
  } else if (values !== undefined && type.typeId !== TYPES.Null) {
    wrong(type.typeId === TYPES.Bool ? 8 * values.length < length : values.length < length);
  }
}

/** What ends a stream. */
const END = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/** The kind of a message and the bytes of its body, from its flat buffer. */
function messageOf(head: Uint8Array): { kind: number; bodyLength: number } {
  return orBroken(() => {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const table = view.getInt32(0, true);
    const vtable = table - view.getInt32(table, true);
    const at = (slot: number) => (slot < view.getInt16(vtable, true) ? view.getInt16(vtable + slot, true) : 0);
    const [kind, body] = [at(6), at(10)];
    const bodyLength = body === 0 ? 0 : Number(view.getBigInt64(table + body, true));
    if (!Number.isSafeInteger(bodyLength) || bodyLength < 0) throw new Error("a body of impossible length");
    return { kind: kind === 0 ? 0 : view.getUint8(table + kind), bodyLength };
  });
}

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
      return plain(value instanceof Map ? value : new Map(value as [unknown, unknown][]));
    default:
      return plain(value);
  }
}

const TYPES = {
  Dictionary: -1,
  Null: 1,
  Bool: 6,
  Union: 14,
  Date: 8,
  Timestamp: 10,
  List: 12,
  Struct: 13,
  FixedSizeList: 16,
  Map: 17,
  LargeList: 21,
} as const;

/** Unpacks a frame of LZ4; its blocks may refer to those before them. */
function lz4Frame(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("not an LZ4 frame");
  const flags = packed[4];
  let at = 6 + ((flags & 8) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0) + 1;
  let out = new Uint8Array(Math.max(1024, 4 * packed.length));
  let length = 0;
  const reserve = (more: number) => {
    if (length + more <= out.length) return;
    const longer = new Uint8Array(Math.max(length + more, 2 * out.length));
    longer.set(out.subarray(0, length));
    out = longer;
  };
  const put = (bytes: Uint8Array) => {
    reserve(bytes.length);
    out.set(bytes, length);
    length += bytes.length;
  };
  for (;;) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return out.subarray(0, length);
    const size = head & 0x7fffffff;
    const block = packed.subarray(at, at + size);
    if (block.length < size) throw new Error("an LZ4 frame is truncated");
    at += size + ((flags & 16) !== 0 ? 4 : 0);
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
            byte = block[i++] ?? 0;
            count += byte;
          } while (byte === 255);
        }
        return count;
      };
      const literals = more(token >> 4);
      put(block.subarray(i, i + literals));
      i += literals;
      if (i >= block.length) break;
      const offset = block[i] | (block[i + 1] << 8);
      i += 2;
      if (offset === 0 || offset > length) throw new Error("an LZ4 frame is broken");
      const count = more(token & 15) + 4;
      reserve(count);
      for (let k = 0; k < count; k++, length++) out[length] = out[length - offset];
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

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Reads so many bytes at a time from chunks of any length. Nothing is reserved for bytes that do not come. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      if (!(await this.#more())) throw new DataError(rowReason("binary-truncated", FORM));
      const part = this.#chunk.slice(0, left);
      parts.push(part);
      left -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return parts.length === 1 ? parts[0] : joined(parts);
  }

  /** Reads to the end, and gives the last bytes. */
  async rest(last: number): Promise<Uint8Array> {
    let end = new Uint8Array(0);
    while (await this.#more()) {
      end = joined([end, this.#chunk]).slice(-last);
      this.#chunk = new Uint8Array(0);
    }
    return end;
  }

  async #more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }
}
