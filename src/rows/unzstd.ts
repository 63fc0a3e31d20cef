import { Decompress } from "fzstd";
import xxhash, { type XXHashAPI } from "xxhash-wasm";
import { DataError } from "../core/errors.js";
import { ByteReader, concatenated } from "./blocks.js";
import { rowReason } from "./reasons.js";
import { BlockCheck, broken } from "./zstdBlock.js";

/** The largest window that `zstd -d` itself accepts unless it is told otherwise. */
const MOST_WINDOW = 2 ** 27;
const MAGIC = 0xfd2fb528;
/** Of skippable frames the last four bits are anything. */
const SKIPPABLE = 0x184d2a50;
const CHECKSUM = 4;
/** What a block may unpack to, and how long it can be itself. */
const MOST_BLOCK = 2 ** 17;
/**
 * The decompressor moves its whole window for each block, be it one byte long: bytes that it may move in any case (a second's
 * work), and for each byte that goes in or comes out.
 */
const FREE_MOVES = 2 ** 34;
const MOST_MOVES = 2 ** 14;

/**
 * The bytes of a zstd file of one or many frames, block by block. The decompressor checks no checksum: that is done here, frame
 * by frame, so the frames are taken apart here as well (RFC 8878, section 3.1).
 *
 * @throws DataError if a frame needs a window beyond 128 MiB or a dictionary; another error if the data are broken.
 */
export async function* decompressedZstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hashes = await xxhash();
  const reader = new ByteReader(compressed, () => new Error("unexpected EOF"));
  while (await reader.more()) {
    const magic = await reader.take(4);
    if (littleEndian(magic) >>> 4 === SKIPPABLE >>> 4) {
      await reader.skip(littleEndian(await reader.take(4)));
      continue;
    }
    checkMagic(magic);
    const descriptor = await reader.take(1);
    const frame = new Frame(concatenated([magic, descriptor, await reader.take(headerLength(descriptor[0]))]), hashes);
    while (!frame.isLast) {
      const head = await reader.take(3);
      yield* frame.block(head, await reader.take(frame.bodyLength(head)));
    }
    yield* frame.end(await reader.take(frame.isChecked ? CHECKSUM : 0));
  }
}

/**
 * The bytes of a single frame, all at once.
 *
 * @param length How many there must be.
 * @throws as {@link decompressedZstd}.
 */
export function unpackedZstd(packed: Uint8Array, length: number, hashes: XXHashAPI): Uint8Array {
  let at = 0;
  const take = (count: number) => {
    if (at + count > packed.length) throw new Error("unexpected EOF");
    at += count;
    return packed.subarray(at - count, at);
  };
  take(5);
  take(headerLength(packed[4]));
  const frame = new Frame(packed.slice(0, at), hashes);
  const unpacked = new Uint8Array(length);
  let filled = 0;
  const put = (pieces: readonly Uint8Array[]) => {
    for (const piece of pieces) {
      if (filled + piece.length > length) throw new Error("it unpacks to more than it announces");
      unpacked.set(piece, filled);
      filled += piece.length;
    }
  };
  while (!frame.isLast) {
    const head = take(3);
    put(frame.block(head, take(frame.bodyLength(head))));
  }
  put(frame.end(take(frame.isChecked ? CHECKSUM : 0)));
  if (at < packed.length) throw new Error("something follows its end");
  return unpacked.subarray(0, filled);
}

function checkMagic(magic: Uint8Array): void {
  if (littleEndian(magic) !== MAGIC) throw broken();
}

/** Bytes of a header behind its descriptor. */
function headerLength(flags: number): number {
  const single = (flags & 32) !== 0;
  return (single ? 0 : 1) + [0, 1, 2, 4][flags & 3] + [single ? 1 : 0, 2, 4, 8][flags >> 6];
}

/** A frame that is unpacked block by block. */
class Frame {
  /** Whether the last block was given. */
  isLast = false;
  /** Whether a checksum follows the last block. */
  readonly isChecked: boolean;
  readonly #decompressor: Decompress;
  readonly #hash: ReturnType<XXHashAPI["create64"]> | undefined;
  readonly #check: BlockCheck;
  readonly #window: number;
  /** Bytes of the unpacked frame, if it says so. */
  readonly #size: number | undefined;
  #ready: Uint8Array[] = [];
  #length = 0;
  #packed = 0;
  #moved = 0;

  /** @param header From the magic number on. */
  constructor(header: Uint8Array, hashes: XXHashAPI) {
    checkMagic(header.subarray(0, 4));
    const flags = header[4];
    const single = (flags & 32) !== 0;
    const dictionaryAt = single ? 5 : 6;
    const sizeAt = dictionaryAt + [0, 1, 2, 4][flags & 3];
    if (littleEndian(header.subarray(dictionaryAt, sizeAt)) !== 0) throw new DataError(rowReason("packed-dictionary"));
    const sizeBytes = header.length - sizeAt;
    const size = littleEndian(header.subarray(sizeAt)) + (sizeBytes === 2 ? 256 : 0);
    const window = single ? size : 2 ** (10 + (header[5] >> 3)) * (1 + (header[5] & 7) / 8);
    if (window > MOST_WINDOW)
      throw new DataError(rowReason("packed-window", { size: binarySize(window), limit: binarySize(MOST_WINDOW) }));
    this.isChecked = (flags & 4) !== 0;
    this.#window = window;
    this.#check = new BlockCheck(Math.min(window, MOST_BLOCK), window);
    this.#size = sizeBytes > 0 ? size : undefined;
    this.#hash = this.isChecked ? hashes.create64() : undefined;
    this.#decompressor = new Decompress((piece) => {
      if (piece.length > 0) this.#ready.push(piece);
    });
    this.#decompressor.push(header);
  }

  /** Bytes of a block behind its three first ones. */
  bodyLength(head: Uint8Array): number {
    const kind = (head[0] >> 1) & 3;
    const size = littleEndian(head) >>> 3;
    if (kind === 3 || size > MOST_BLOCK) throw broken();
    // of a run of one byte there is that byte, and the size is how often it is meant
    return kind === 1 ? 1 : size;
  }

  /** What a block unpacks to. */
  block(head: Uint8Array, body: Uint8Array): Uint8Array[] {
    this.isLast = (head[0] & 1) === 1;
    this.#packed += head.length + body.length;
    this.#moved += this.#window;
    if (this.#moved > FREE_MOVES + MOST_MOVES * (this.#packed + this.#length))
      throw new DataError(rowReason("packed-blocks", { size: binarySize(this.#window) }));
    if (((head[0] >> 1) & 3) === 2) this.#check.block(body);
    else this.#check.skip(littleEndian(head) >>> 3);
    this.#decompressor.push(concatenated([head, body]));
    return this.#take();
  }

  /** Ends the frame. @param sum Its checksum, if it has one. */
  end(sum: Uint8Array): Uint8Array[] {
    this.#decompressor.push(sum, true);
    const last = this.#take();
    if (this.#hash !== undefined && Number(this.#hash.digest() & 0xffffffffn) !== littleEndian(sum))
      throw new Error("the checksum does not match");
    if (this.#size !== undefined && this.#size !== this.#length) throw broken();
    return last;
  }

  #take(): Uint8Array[] {
    const pieces = this.#ready;
    this.#ready = [];
    for (const piece of pieces) {
      this.#hash?.update(piece);
      this.#length += piece.length;
    }
    return pieces;
  }
}

/** `2 GiB`, `128 MiB`. */
function binarySize(bytes: number): string {
  const [unit, name] = bytes >= 2 ** 30 ? [2 ** 30, "GiB"] : bytes >= 2 ** 20 ? [2 ** 20, "MiB"] : [2 ** 10, "KiB"];
  return `${Number((bytes / unit).toPrecision(4))} ${name}`;
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => 256 * sum + byte, 0);
}
