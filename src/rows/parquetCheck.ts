import type { ColumnMetaData, Compressors, FileMetaData, SchemaTree } from "hyparquet";

/** Rows of a row group, and values of a page, if they have hardly any bytes: runs of one value. */
const MOST_EMPTY = 1e7;
/** Values of a byte, at most, beyond those. */
const MOST_PER_BYTE = 64;
/** What a page may unpack to. */
const MOST_PAGE = 2 ** 29;
/** Values by which a run of numbers side by side may be longer than what is left of its page. */
const MOST_FILLED = 512;
/** Structures within structures, at most. */
const DEEPEST = 32;
/** Bytes of a number of 64 bits, seven bits to a byte. */
const LONGEST_NUMBER = 10;
/** A number of the format that is worth reading is no longer. */
type Fields = Map<number, number | Fields>;

/**
 * Checks the metadata at the end of a file before a reader that believes it sees them: numbers of more than 64 bits, whose reading
 * takes the square of their length, lists longer than what follows, and columns with fewer than no parts.
 *
 * @param end The last bytes of the file, the metadata among them.
 * @throws Error that says what is wrong.
 */
export function checkFooter(end: Uint8Array): void {
  if (end.length < 8) throw new Error("it is too short");
  const length = new DataView(end.buffer, end.byteOffset, end.byteLength).getUint32(end.length - 8, true);
  if (length > end.length - 8) throw new Error("its metadata are longer than the file");
  const schema = new Thrift(end.subarray(end.length - 8 - length, end.length - 8)).struct(0).get(2);
  if (typeof schema !== "object") throw new Error("its metadata have no schema");
  for (const element of schema.values()) {
    const children = typeof element === "object" ? element.get(5) : undefined;
    // a reader that skips them would go back, and never come to the end
    if (children !== undefined && !(typeof children === "number" && children >= 0 && children < schema.size))
      throw new Error("a column of its schema has an impossible number of parts");
  }
}

/** Bytes at the end of a file that hold its metadata, by its last eight. */
export function footerLength(last: Uint8Array): number {
  return new DataView(last.buffer, last.byteOffset, last.byteLength).getUint32(last.length - 8, true) + 8;
}

/**
 * Checks that each row group has the columns of the schema, in their order, as the format demands. Of a column that is not in the
 * schema the reader of the format would let a failure go where nothing can catch it.
 */
export function checkColumns(metadata: FileMetaData, schema: SchemaTree): void {
  const expected = leaves(schema).map((path) => JSON.stringify(path.at(-1)?.path));
  const names = schema.children.map(({ element }) => element.name);
  if (new Set(names).size !== names.length) throw new Error("two columns have one name");
  for (const [group, { columns, num_rows }] of metadata.row_groups.entries()) {
    const got = columns.map(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema));
    if (got.length !== expected.length || got.some((path, i) => path !== expected[i]))
      throw new Error(`row group ${group + 1} does not have the columns of the schema`);
    const bytes = columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.total_uncompressed_size ?? 0), 0);
    if (!(num_rows >= 0 && Number(num_rows) <= MOST_EMPTY + MOST_PER_BYTE * bytes))
      throw new Error(`row group ${group + 1} has more rows than bytes`);
  }
}

/** The ways from the root to the columns that hold values. */
export function leaves(tree: SchemaTree, above: readonly SchemaTree[] = []): SchemaTree[][] {
  return tree.children.flatMap((child) => {
    const path = [...above, child];
    return child.children.length === 0 ? [path] : leaves(child, path);
  });
}

/** Where the pages of a column are. */
export function chunkRange({ dictionary_page_offset, data_page_offset, total_compressed_size }: ColumnMetaData): {
  from: number;
  to: number;
} {
  const dictionary = Number(dictionary_page_offset ?? 0);
  const from = dictionary > 0 ? Math.min(dictionary, Number(data_page_offset)) : Number(data_page_offset);
  return { from, to: from + Number(total_compressed_size) };
}

const Page = { data: 0, dictionary: 2, data2: 3 } as const;
const Encoding = {
  plain: 0,
  plainDictionary: 2,
  rle: 3,
  delta: 5,
  deltaLength: 6,
  deltaBytes: 7,
  dictionary: 8,
  split: 9,
} as const;

/**
 * Checks the pages of a column before a reader that believes them sees them: their lengths and checksums, runs of levels and of
 * words of a dictionary that are longer than the page, and words that the dictionary does not have.
 *
 * @param chunk Its bytes. @param path From the root of the schema to it. @param rows Of the row group.
 * @throws Error that says what is wrong.
 */
export function checkPages(
  chunk: Uint8Array,
  { codec, num_values }: ColumnMetaData,
  path: readonly SchemaTree[],
  rows: number,
  compressors: Compressors,
): void {
  const repeated = path.filter(({ element }) => element.repetition_type === "REPEATED").length;
  const optional = path.filter(({ element }) => element.repetition_type !== "REQUIRED").length;
  const { element } = path[path.length - 1];
  const unpack = (bytes: Uint8Array, length: number): Uint8Array => {
    const compressor = compressors[codec];
    if (codec === "UNCOMPRESSED" || length === 0) return bytes;
    if (compressor === undefined) throw new Error(`values are packed by ${codec}, which is not known`);
    return compressor(bytes, length);
  };
  let words: number | undefined;
  let left = Number(num_values);
  if (!(left >= 0 && left <= MOST_EMPTY + MOST_PER_BYTE * MOST_PAGE)) throw new Error("a column of too many values");
  if (repeated === 0 && left !== rows) throw new Error("a column that has not as many values as rows");
  const thrift = new Thrift(chunk);
  while (thrift.at < chunk.length && left > 0) {
    const header = thrift.struct(0);
    const [kind, unpacked, packed] = [1, 2, 3].map((field) => number(header, field));
    const from = thrift.at;
    if (!(packed >= 0 && from + packed <= chunk.length && unpacked >= 0 && unpacked <= MOST_PAGE))
      throw new Error("a page that is longer than its column");
    const bytes = chunk.subarray(from, from + packed);
    thrift.at += packed;
    if (header.has(4) && number(header, 4) >>> 0 !== crc32(bytes))
      throw new Error("the checksum of a page does not match");
    if (kind === Page.dictionary) {
      words = number(inner(header, 7), 1);
      if (!(words >= 0 && words <= MOST_EMPTY + MOST_PER_BYTE * unpacked))
        throw new Error("a dictionary of too many words");
      continue;
    }
    if (kind !== Page.data && kind !== Page.data2) throw new Error(`a page of an unknown kind, ${kind}`);
    const second = kind === Page.data2;
    const about = inner(header, second ? 8 : 5);
    const values = number(about, 1);
    const encoding = number(about, second ? 4 : 2);
    if (!(values >= 0 && values <= left)) throw new Error("a page of more values than its column");
    left -= values;
    let page: Stream;
    let nulls: number;
    if (second) {
      const [defined, repetitions] = [number(about, 5), number(about, 6)];
      if (!(defined >= 0 && repetitions >= 0 && defined + repetitions <= packed))
        throw new Error("levels longer than a page");
      if (repeated > 0) new Stream(bytes.subarray(0, repetitions)).runs(bits(repeated), values, repeated + 1);
      const levels = new Stream(bytes.subarray(repetitions, repetitions + defined));
      nulls = optional > 0 ? values - levels.runs(bits(optional), values, optional + 1, optional) : 0;
      if (nulls !== number(about, 2)) throw new Error("a page whose nulls are not those that it announces");
      const rest = bytes.subarray(repetitions + defined);
      const isPacked = about.get(7) !== 0;
      page = new Stream(isPacked ? unpack(rest, unpacked - defined - repetitions) : rest);
    } else {
      page = new Stream(unpack(bytes, unpacked));
      if (repeated > 0) page.part().runs(bits(repeated), values, repeated + 1);
      nulls = optional > 0 ? values - page.part().runs(bits(optional), values, optional + 1, optional) : 0;
    }
    const count = values - nulls;
    if (encoding === Encoding.plainDictionary || encoding === Encoding.dictionary) {
      if (words === undefined) throw new Error("words of a dictionary that is not there");
      const width = count === 0 && page.left === 0 ? 0 : page.byte();
      if (width > 32) throw new Error("words of a dictionary of too many bits");
      if (width > 0) page.runs(width, count, words);
      else if (count > 0 && words === 0) throw new Error("a value that its dictionary does not have");
    } else if (encoding === Encoding.rle) page.part().runs(1, count, 2);
    else if (encoding === Encoding.delta || encoding === Encoding.deltaLength) page.deltas(count);
    else if (encoding === Encoding.deltaBytes) {
      page.deltas(count);
      page.deltas(count);
    } else if (encoding === Encoding.split) {
      const width = element.type === "DOUBLE" || element.type === "INT64" ? 8 : (element.type_length ?? 4);
      if (count * width > page.left) throw new Error("a page with fewer bytes than values");
    } else if (
      encoding === Encoding.plain &&
      element.type !== "BOOLEAN" &&
      element.type_length !== 0 &&
      count > page.left
    )
      throw new Error("a page with fewer bytes than values");
  }
  if (left !== 0) throw new Error("a column without all of its values");
}

function number(fields: Fields, field: number): number {
  const value = fields.get(field);
  return typeof value === "number" ? value : Number.NaN;
}

function inner(fields: Fields, field: number): Fields {
  const value = fields.get(field);
  if (typeof value !== "object") throw new Error("a page without its description");
  return value;
}

/** The bits of a number up to some. */
function bits(most: number): number {
  return 32 - Math.clz32(most);
}

/** Structures of Thrift's compact protocol. */
class Thrift {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * The integers, structures and lists of a structure, by the numbers of their fields: truths are 1 and 0, a double is NaN, and
   * the elements of a list are numbered from 0.
   */
  struct(depth: number): Fields {
    if (depth > DEEPEST) throw new Error("structures nested too deeply");
    const fields: Fields = new Map();
    for (let field = 0; ; ) {
      const byte = this.#byte();
      const type = byte & 15;
      if (type === 0) return fields;
      const delta = byte >> 4;
      field = delta > 0 ? field + delta : this.#integer();
      const value = type === 1 || type === 2 ? 2 - type : this.#value(type, depth);
      if (value !== undefined) fields.set(field, value);
    }
  }

  #value(type: number, depth: number): number | Fields | undefined {
    switch (type) {
      case 1:
      case 2:
      case 3:
        return this.#byte();
      case 4:
      case 5:
      case 6:
        return this.#integer();
      case 7:
        this.#skip(8);
        return Number.NaN;
      case 8:
        this.#skip(this.#unsigned());
        return undefined;
      case 9: {
        const head = this.#byte();
        const length = head >> 4 === 15 ? this.#unsigned() : head >> 4;
        // each element has a byte at least
        if (length > this.#bytes.length - this.at) throw new Error("a list that is longer than what follows");
        const list: Fields = new Map();
        for (let i = 0; i < length; i++) {
          const element = this.#value(head & 15, depth + 1);
          if (element !== undefined) list.set(i, element);
        }
        return list;
      }
      case 12:
        return this.struct(depth + 1);
      default:
        throw new Error(`a field of an unknown type, ${type}`);
    }
  }

  #byte(): number {
    this.#skip(1);
    return this.#bytes[this.at - 1];
  }

  #skip(count: number): void {
    if (!(count >= 0 && this.at + count <= this.#bytes.length))
      throw new Error("a field that is longer than what follows");
    this.at += count;
  }

  #unsigned(): number {
    let value = 0;
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    throw new Error("a number that is too long");
  }

  #integer(): number {
    const value = this.#unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** The bytes of a page, read from the front. */
class Stream {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (this.left < 1) throw new Error("a page that ends early");
    return this.#bytes[this.#at++];
  }

  /** What comes next and is preceded by its length. */
  part(): Stream {
    const length = this.byte() + 2 ** 8 * this.byte() + 2 ** 16 * this.byte() + 2 ** 24 * this.byte();
    if (length > this.left) throw new Error("levels that are longer than their page");
    this.#at += length;
    return new Stream(this.#bytes.subarray(this.#at - length, this.#at));
  }

  /**
   * Runs of equal numbers, and numbers side by side bit by bit.
   *
   * @param below What each must be below. @param counted A number to be counted.
   * @returns How many there are of that.
   */
  runs(width: number, count: number, below: number, counted = -1): number {
    let found = 0;
    for (let seen = 0; seen < count; ) {
      const head = this.#varint();
      const many = Math.floor(head / 2);
      if (head % 2 === 0) {
        let value = 0;
        for (let i = 0; 8 * i < width; i++) value += this.byte() * 2 ** (8 * i);
        if (many > count - seen) throw new Error("a run that is longer than its page");
        if (value >= below) throw new Error("a value that its dictionary does not have");
        if (value === counted) found += many;
        seen += many;
        continue;
      }
      // the last values of a page are filled up, by some writers to 64 groups
      if (8 * many > count - seen + MOST_FILLED) throw new Error("a run that is longer than its page");
      const wanted = Math.min(8 * many, count - seen);
      found += this.#packed(width, wanted, below, counted);
      this.#at = Math.min(this.#bytes.length, this.#at + many * width);
      seen += wanted;
    }
    return found;
  }

  /** Looks at numbers side by side, from the lowest bit on. */
  #packed(width: number, count: number, below: number, counted: number): number {
    const bytes = this.#bytes;
    if (this.#at + (count * width) / 8 > bytes.length) throw new Error("a page that ends early");
    let [at, buffer, held, found] = [this.#at, 0, 0, 0];
    const base = 2 ** width;
    for (let i = 0; i < count; i++) {
      // up to 39 bits, which a double holds exactly
      while (held < width) {
        buffer += bytes[at++] * 2 ** held;
        held += 8;
      }
      const value = width === 0 ? 0 : buffer % base;
      buffer = (buffer - value) / base;
      held -= width;
      if (value >= below) throw new Error("a value that its dictionary does not have");
      if (value === counted) found++;
    }
    return found;
  }

  /** Differences in blocks; only that their numbers are not too long, and their blocks end with the page. */
  deltas(count: number): void {
    const [block, parts] = [this.#varint(), this.#varint()];
    this.#varint();
    this.#varint();
    if (count > 1 && !(parts > 0 && block > 0 && block % parts === 0 && parts <= this.left + 1))
      throw new Error("a block of no values");
    for (let seen = 1; seen < count; ) {
      this.#varint();
      const widths = Array.from({ length: parts }, () => this.byte());
      for (const width of widths) {
        if (seen >= count) break;
        if (width > 64) throw new Error("a difference of too many bits");
        this.#at = Math.min(this.#bytes.length, this.#at + Math.ceil((width * block) / parts / 8));
        seen += block / parts;
      }
    }
  }

  #varint(): number {
    let value = 0;
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    throw new Error("a number that is too long");
  }
}

let table: Uint32Array | undefined;

/** CRC-32 of bytes. @see ISO 3309 */
function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, i) => {
    let sum = i;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ ((sum & 1) * 0xedb88320);
    return sum;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ table[(sum ^ byte) & 255];
  return ~sum >>> 0;
}
