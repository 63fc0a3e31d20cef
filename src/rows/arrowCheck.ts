/** What a message of Arrow IPC holds. */
export const Header = { schema: 1, dictionary: 2, batch: 3 } as const;

export const TYPES = {
  Dictionary: -1,
  Null: 1,
  Int: 2,
  Float: 3,
  Binary: 4,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Time: 9,
  Timestamp: 10,
  Interval: 11,
  List: 12,
  Struct: 13,
  Union: 14,
  FixedSizeBinary: 15,
  FixedSizeList: 16,
  Map: 17,
  Duration: 18,
  LargeBinary: 19,
  LargeUtf8: 20,
  LargeList: 21,
  RunEndEncoded: 22,
  BinaryView: 23,
  Utf8View: 24,
  ListView: 25,
  LargeListView: 26,
} as const;

/** Types within types, at most. */
const DEEPEST = 64;
/** Digits of a decimal behind its point, at most: 256 bits have no more. */
const MOST_DIGITS = 76;
/** Types whose table has fields: the bytes of each, by slot. */
const TYPE_FIELDS: Record<number, readonly number[]> = {
  [TYPES.Int]: [4, 1],
  [TYPES.Float]: [2],
  [TYPES.Decimal]: [4, 4, 4],
  [TYPES.Date]: [2],
  [TYPES.Time]: [2, 4],
  [TYPES.Interval]: [2],
  [TYPES.Duration]: [2],
  [TYPES.FixedSizeBinary]: [4],
  [TYPES.FixedSizeList]: [4],
  [TYPES.Map]: [1],
};
/** Of columns that are all null there may be rows without bytes: so many. The words of a dictionary are read at once. */
const MOST_EMPTY = 1e7;
const MOST_EMPTY_WORDS = 1e5;
/** Values of a byte, at most, with those of the types around them; and if the bytes are packed. */
const MOST_PER_BYTE = 64;
const MOST_PACKED = 1024;
const MORE_VALUES = "it has more values than bytes";
/** How many children a type has, if that is fixed. */
const CHILDREN: Record<number, number> = {
  [TYPES.List]: 1,
  [TYPES.LargeList]: 1,
  [TYPES.ListView]: 1,
  [TYPES.LargeListView]: 1,
  [TYPES.FixedSizeList]: 1,
  [TYPES.Map]: 1,
  [TYPES.RunEndEncoded]: 2,
};

/** What {@link checkMessage} finds out of a message. */
export interface Message {
  kind: number;
  bodyLength: number;
  /** Of a batch, or of the values of a dictionary. */
  rows: number;
  /** Of a dictionary. */
  id: bigint;
  isDelta: boolean;
}

/**
 * Checks the description of a message before a reader that believes it sees it: every offset of its flat buffer leads into it,
 * every vector fits into it, nothing is described more often than it has bytes, and every part of the body lies in the body.
 *
 * @param head The flat buffer alone.
 * @throws Error that says what is wrong.
 * @see Apache Arrow, format/Message.fbs and Schema.fbs
 */
export function checkMessage(head: Uint8Array): Message {
  const buffer = new FlatBuffer(head);
  const message = buffer.table(0);
  message.scalar(0, 2);
  const kindAt = message.scalar(1, 1);
  const kind = kindAt === 0 ? 0 : buffer.view.getUint8(kindAt);
  const header = message.scalar(2, 4);
  const bodyLength = Number(message.long(3));
  check(Number.isSafeInteger(bodyLength) && bodyLength >= 0, "a body of impossible length");
  const found: Message = { kind, bodyLength, rows: 0, id: 0n, isDelta: false };
  if (kind !== Header.schema && kind !== Header.dictionary && kind !== Header.batch) return found;
  check(header !== 0, "a message without its content");
  if (kind === Header.schema) checkSchema(buffer, buffer.table(header));
  else if (kind === Header.batch) found.rows = checkBatch(buffer, buffer.table(header), bodyLength, MOST_EMPTY);
  else {
    const dictionary = buffer.table(header);
    found.id = dictionary.long(0);
    const data = dictionary.scalar(1, 4);
    check(data !== 0, "a dictionary without values");
    found.rows = checkBatch(buffer, buffer.table(data), bodyLength, MOST_EMPTY_WORDS);
    const delta = dictionary.scalar(2, 1);
    found.isDelta = delta !== 0 && buffer.view.getInt8(delta) !== 0;
  }
  return found;
}

function checkSchema(buffer: FlatBuffer, schema: Table): void {
  const endian = schema.scalar(0, 2);
  check(endian === 0 || buffer.view.getInt16(endian, true) === 0, "big-endian numbers, which are not supported");
  for (const field of buffer.vector(schema.scalar(1, 4), 4)) checkField(buffer, buffer.table(field), 0);
  checkMetadata(buffer, schema.scalar(2, 4));
  buffer.vector(schema.scalar(3, 4), 8);
}

function checkField(buffer: FlatBuffer, field: Table, depth: number): void {
  check(depth < DEEPEST, "types nested too deeply");
  buffer.string(field.scalar(0, 4));
  field.scalar(1, 1);
  const kindAt = field.scalar(2, 1);
  const kind = kindAt === 0 ? 0 : buffer.view.getUint8(kindAt);
  const type = field.scalar(3, 4);
  check(type !== 0, "a field without a type");
  const table = buffer.table(type);
  for (const [slot, bytes] of (TYPE_FIELDS[kind] ?? []).entries()) table.scalar(slot, bytes);
  if (kind === TYPES.Timestamp) {
    table.scalar(0, 2);
    buffer.string(table.scalar(1, 4));
  } else if (kind === TYPES.Union) {
    table.scalar(0, 2);
    buffer.vector(table.scalar(1, 4), 4);
  } else if (kind === TYPES.Decimal) {
    const scale = table.int(1);
    check(Math.abs(scale) <= MOST_DIGITS, `a decimal with ${scale} digits`);
  } else if (kind === TYPES.FixedSizeBinary || kind === TYPES.FixedSizeList) {
    check(table.int(0) >= 0, "values of a negative length");
  }
  const dictionary = field.scalar(4, 4);
  if (dictionary !== 0) {
    const encoding = buffer.table(dictionary);
    encoding.scalar(0, 8);
    const index = encoding.scalar(1, 4);
    if (index !== 0)
      for (const [slot, bytes] of TYPE_FIELDS[TYPES.Int].entries()) buffer.table(index).scalar(slot, bytes);
    encoding.scalar(2, 1);
  }
  const children = buffer.vector(field.scalar(5, 4), 4);
  check(children.length === (CHILDREN[kind] ?? children.length), "a type with too many or too few children");
  for (const child of children) checkField(buffer, buffer.table(child), depth + 1);
  checkMetadata(buffer, field.scalar(6, 4));
}

function checkMetadata(buffer: FlatBuffer, at: number): void {
  for (const pair of buffer.vector(at, 4)) {
    const entry = buffer.table(pair);
    buffer.string(entry.scalar(0, 4));
    buffer.string(entry.scalar(1, 4));
  }
}

/** @param empty Values that there may be without bytes. @returns Its rows. */
function checkBatch(buffer: FlatBuffer, batch: Table, bodyLength: number, empty: number): number {
  const rows = batch.long(0);
  check(rows >= 0n && rows <= BigInt(Number.MAX_SAFE_INTEGER), "a number of rows that is impossible");
  let values = 0;
  for (const node of buffer.vector(batch.scalar(1, 4), 16)) {
    const [length, nulls] = [buffer.view.getBigInt64(node, true), buffer.view.getBigInt64(node + 8, true)];
    check(length >= 0n && nulls >= 0n && nulls <= length, "a negative length");
    values += Number(length);
  }
  check(values <= empty + MOST_PACKED * bodyLength, MORE_VALUES);
  for (const region of buffer.vector(batch.scalar(2, 4), 16)) {
    const [from, length] = [buffer.view.getBigInt64(region, true), buffer.view.getBigInt64(region + 8, true)];
    check(from >= 0n && length >= 0n && from + length <= BigInt(bodyLength), "a part that is not within the body");
  }
  const compression = batch.scalar(3, 4);
  if (compression !== 0) for (const slot of [0, 1]) buffer.table(compression).scalar(slot, 1);
  for (const count of buffer.vector(batch.scalar(4, 4), 8)) {
    const parts = buffer.view.getBigInt64(count, true);
    check(parts >= 0n && parts <= BigInt(buffer.view.byteLength), "a number of parts that is impossible");
  }
  return Number(rows);
}

/** A flat buffer whose offsets are checked. */
class FlatBuffer {
  readonly view: DataView;
  /** Tables, strings and entries of vectors that may still be looked at: each has bytes of its own, unless it is one twice. */
  #left: number;

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    this.view = new DataView(buffer, byteOffset, byteLength);
    this.#left = byteLength;
  }

  table(at: number): Table {
    this.#spend(1);
    const place = at + this.int(at);
    const vtable = place - this.int(place);
    this.within(vtable, 4);
    const size = this.view.getInt16(vtable, true);
    check(size >= 4, "a table without a length");
    this.within(vtable, size);
    return new Table(this, place, vtable, size);
  }

  /** The places of the entries of a vector; none if there is no vector. */
  vector(at: number, bytes: number): number[] {
    if (at === 0) return [];
    const place = at + this.int(at);
    const length = this.int(place);
    check(length >= 0, "a list of negative length");
    this.within(place + 4, length * bytes);
    this.#spend(length);
    return Array.from({ length }, (_, i) => place + 4 + i * bytes);
  }

  string(at: number): void {
    if (at !== 0) this.vector(at, 1);
  }

  int(at: number): number {
    this.within(at, 4);
    return this.view.getInt32(at, true);
  }

  within(at: number, bytes: number): void {
    check(at >= 0 && at + bytes <= this.view.byteLength, "an offset that leads out of it");
  }

  #spend(count: number): void {
    this.#left -= count;
    check(this.#left >= 0, "more parts than bytes");
  }
}

/** A table of a flat buffer. */
class Table {
  readonly #buffer: FlatBuffer;
  readonly #place: number;
  readonly #vtable: number;
  readonly #size: number;

  constructor(buffer: FlatBuffer, place: number, vtable: number, size: number) {
    this.#buffer = buffer;
    this.#place = place;
    this.#vtable = vtable;
    this.#size = size;
  }

  /** Where a field of so many bytes is; 0 if it is left out. */
  scalar(slot: number, bytes: number): number {
    const entry = 4 + 2 * slot;
    const offset = entry < this.#size ? this.#buffer.view.getInt16(this.#vtable + entry, true) : 0;
    if (offset === 0) return 0;
    this.#buffer.within(this.#place + offset, bytes);
    return this.#place + offset;
  }

  int(slot: number): number {
    const at = this.scalar(slot, 4);
    return at === 0 ? 0 : this.#buffer.view.getInt32(at, true);
  }

  long(slot: number): bigint {
    const at = this.scalar(slot, 8);
    return at === 0 ? 0n : this.#buffer.view.getBigInt64(at, true);
  }
}

/** The values of a column in a batch, as the reader holds them. */
export interface Values {
  length: number;
  nullCount: number;
  type: {
    typeId: number;
    stride?: number;
    bitWidth?: number;
    unit?: number;
    mode?: number;
    children?: readonly { name: string }[];
  };
  validity?: Uint8Array;
  values?: ArrayLike<number | bigint>;
  offsets?: ArrayLike<number | bigint> | null;
  sizes?: ArrayLike<number | bigint>;
  children?: Values[];
  typeIds?: ArrayLike<number>;
  typeMap?: Record<string, number>;
  /** Of views: the buffers that they show parts of. */
  data?: readonly Uint8Array[];
  dictionary?: { data: readonly Values[]; length: number };
}

/** Compares what a file says of the lengths of its values with what is there: the reader of the format does not. */
export class ValueCheck {
  #values = 0;
  #bytes = 0;
  readonly #checked = new Set<unknown>();

  /** @throws Error that says what is wrong. */
  column(batches: readonly Values[]): void {
    for (const batch of batches) this.#batch(batch);
    check(this.#values <= MOST_EMPTY + MOST_PER_BYTE * this.#bytes, MORE_VALUES);
  }

  #batch(batch: Values): void {
    const { length, validity, values, offsets, children = [], dictionary } = batch;
    check(length >= 0 && Number.isSafeInteger(length), "a column without a length");
    this.#values += length;
    for (const buffer of [validity, values, offsets, batch.sizes, batch.typeIds, ...(batch.data ?? [])]) {
      this.#bytes += (buffer as Uint8Array | undefined)?.byteLength ?? 0;
    }
    // of rows that are beyond the bytes nothing more is looked at
    check(this.#values <= MOST_EMPTY + MOST_PER_BYTE * this.#bytes, MORE_VALUES);
    if (dictionary !== undefined && !this.#checked.has(dictionary)) {
      this.#checked.add(dictionary);
      this.column(dictionary.data);
    }
    for (const child of children) this.#batch(child);
    checkNulls(batch);
    checkKind(batch);
    if (batch.data !== undefined) this.#values += viewBytes(batch);
    if (batch.sizes !== undefined) this.#values += listViewValues(batch);
  }
}

function checkNulls({ length, nullCount, type, validity }: Values): void {
  const { typeId } = type;
  if (typeId === TYPES.Null || typeId === TYPES.Union || typeId === TYPES.RunEndEncoded) return;
  if (validity === undefined || validity.length === 0) {
    check(nullCount === 0, "nulls that are not marked");
    return;
  }
  check(8 * validity.length >= length, TOO_SHORT);
  let nulls = 0;
  for (let i = 0; i < length; i++) if (((validity[i >> 3] >> (i & 7)) & 1) === 0) nulls++;
  check(nulls === nullCount, `${nullCount} nulls announced and ${nulls} marked`);
}

const TOO_SHORT = "its lengths do not fit together";

/** Checks the buffers of a batch by its type. */
function checkKind(batch: Values): void {
  const { length, type, offsets, children = [], dictionary } = batch;
  const values = batch.values?.length ?? 0;
  const each = (count: number) => check(values >= count * length, TOO_SHORT);
  switch (type.typeId) {
    case TYPES.Null:
      return;
    case TYPES.Bool:
      check(8 * values >= length, TOO_SHORT);
      return;
    case TYPES.Int:
    case TYPES.Float:
    case TYPES.Date:
    case TYPES.Time:
    case TYPES.Timestamp:
    case TYPES.Duration:
      each(1);
      return;
    case TYPES.Decimal:
      each(Math.max(1, (type.bitWidth ?? 128) / 64));
      return;
    case TYPES.Interval:
      each([1, 2, 16][type.unit ?? 0] ?? 16);
      return;
    case TYPES.FixedSizeBinary:
      each(type.stride ?? 0);
      return;
    case TYPES.Binary:
    case TYPES.Utf8:
    case TYPES.LargeBinary:
    case TYPES.LargeUtf8:
      checkOffsets(length, offsets, values);
      return;
    case TYPES.List:
    case TYPES.LargeList:
    case TYPES.Map:
      if (type.typeId === TYPES.Map) check(children[0]?.children?.length === 2, "a map without keys and values");
      checkOffsets(length, offsets, children[0].length);
      return;
    case TYPES.FixedSizeList:
      check(children[0].length >= (type.stride ?? 0) * length, TOO_SHORT);
      return;
    case TYPES.Struct: {
      const names = (type.children ?? []).map(({ name }) => name);
      check(new Set(names).size === names.length && !names.includes("__proto__"), "a field of a struct is there twice");
      check(
        children.every((child) => child.length >= length),
        TOO_SHORT,
      );
      return;
    }
    case TYPES.Dictionary:
      each(1);
      checkKeys(batch, dictionary?.length ?? 0);
      return;
    case TYPES.BinaryView:
    case TYPES.Utf8View:
      each(16);
      return;
    case TYPES.ListView:
    case TYPES.LargeListView:
      check((offsets?.length ?? 0) >= length && (batch.sizes?.length ?? 0) >= length, TOO_SHORT);
      return;
    case TYPES.Union:
      checkUnion(batch);
      return;
    case TYPES.RunEndEncoded: {
      const [{ values: ends = [], length: runs }, { length: different }] = children;
      check(runs <= different && (length === 0 || (runs > 0 && Number(ends[runs - 1]) >= length)), TOO_SHORT);
      for (let i = 1; i < runs; i++) check(ends[i] > ends[i - 1], TOO_SHORT);
      return;
    }
    default:
      throw new Error(`values of an unknown type, ${type.typeId}`);
  }
}

function checkOffsets(length: number, offsets: Values["offsets"], end: number): void {
  // a column without rows may lack the offset of its end
  if (length === 0) return;
  check(offsets !== undefined && offsets !== null && offsets.length > length && offsets[0] >= 0, TOO_SHORT);
  const all = offsets as ArrayLike<number | bigint>;
  for (let i = 0; i < length; i++) check(all[i] <= all[i + 1], TOO_SHORT);
  check(all[length] <= end, TOO_SHORT);
}

function isNull({ validity, nullCount }: Values, i: number): boolean {
  return nullCount > 0 && validity !== undefined && ((validity[i >> 3] >> (i & 7)) & 1) === 0;
}

function checkKeys(batch: Values, words: number): void {
  const { length, values = [] } = batch;
  for (let i = 0; i < length; i++) {
    check((values[i] >= 0 && values[i] < words) || isNull(batch, i), "a value that its dictionary does not have");
  }
}

function checkUnion({ length, type, typeIds = [], typeMap = {}, offsets, children = [] }: Values): void {
  check(typeIds.length >= length, TOO_SHORT);
  const dense = type.mode === 1;
  if (dense) check((offsets?.length ?? 0) >= length, TOO_SHORT);
  for (let i = 0; i < length; i++) {
    const child = Object.hasOwn(typeMap, typeIds[i]) ? children[typeMap[typeIds[i]]] : undefined;
    const place = dense && offsets ? Number(offsets[i]) : i;
    check(child !== undefined && place >= 0 && place < child.length, "a value of a union that is not there");
  }
}

/** The bytes that views show: they may show the same ones repeatedly. */
function viewBytes(batch: Values): number {
  const { length, values, data = [] } = batch;
  const { buffer, byteOffset, byteLength } = values as unknown as Uint8Array;
  const view = new DataView(buffer, byteOffset, byteLength);
  let sum = 0;
  for (let i = 0; i < length; i++) {
    if (isNull(batch, i)) continue;
    const bytes = view.getInt32(16 * i, true);
    check(bytes >= 0, TOO_SHORT);
    sum += bytes;
    if (bytes <= 12) continue;
    const [part, from] = [view.getInt32(16 * i + 8, true), view.getInt32(16 * i + 12, true)];
    check(from >= 0 && from + bytes <= (data[part]?.length ?? 0), TOO_SHORT);
  }
  return sum;
}

function listViewValues(batch: Values): number {
  const { length, offsets, sizes, children = [] } = batch;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    if (isNull(batch, i)) continue;
    const [from, count] = [Number(offsets?.[i]), Number(sizes?.[i])];
    check(from >= 0 && count >= 0 && from + count <= children[0].length, TOO_SHORT);
    sum += count;
  }
  return sum;
}

function check(holds: boolean, why: string): void {
  if (!holds) throw new Error(why);
}
