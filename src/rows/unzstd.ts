import { Decompress } from "fzstd";
import xxhash from "xxhash-wasm";
import { DataError } from "../core/errors.js";
import { rowReason } from "./reasons.js";

/** The largest window that `zstd -d` itself accepts unless it is told otherwise. */
const MOST_WINDOW = 2 ** 27;
const MAGIC = 0xfd2fb528;
/** Of skippable frames the last four bits are anything. */
const SKIPPABLE = 0x184d2a50;
const CHECKSUM = 4;

/**
 * The bytes of a zstd file of one or many frames, block by block. The decompressor checks no checksum: that is done here, frame
 * by frame, so the frames are taken apart here as well (RFC 8878, section 3.1).
 *
 * @throws DataError if a frame needs a window beyond 128 MiB or a dictionary; another error if the data are broken.
 */
export async function* decompressedZstd(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { create64 } = await xxhash();
  const reader = new Reader(compressed);
  for (let magic = await reader.begin(4); magic !== undefined; magic = await reader.begin(4)) {
    if (littleEndian(magic) >>> 4 === SKIPPABLE >>> 4) {
      await reader.skip(littleEndian(await reader.take(4)));
      continue;
    }
    if (littleEndian(magic) !== MAGIC) throw new Error("invalid zstd data");
    const header = await frameHeader(reader, magic);
    let ready: Uint8Array[] = [];
    const decompressor = new Decompress((piece) => {
      if (piece.length > 0) ready.push(piece);
    });
    decompressor.push(header.bytes);
    const hash = header.checked ? create64() : undefined;
    let length = 0;
    const take = () => {
      const pieces = ready;
      ready = [];
      for (const piece of pieces) {
        hash?.update(piece);
        length += piece.length;
      }
      return pieces;
    };
    for (let last = false; !last; ) {
      const block = await reader.take(3);
      last = (block[0] & 1) === 1;
      const kind = (block[0] >> 1) & 3;
      const size = littleEndian(block) >>> 3;
      // of a run of one byte there is that byte, and the size is how often it is meant
      const body = await reader.take(kind === 1 ? 1 : size);
      decompressor.push(concatenated(block, body));
      yield* take();
    }
    const sum = await reader.take(header.checked ? CHECKSUM : 0);
    decompressor.push(sum, true);
    yield* take();
    if (hash !== undefined && Number(hash.digest() & 0xffffffffn) !== littleEndian(sum))
      throw new Error("the checksum does not match");
    if (header.size !== undefined && header.size !== length) throw new Error("invalid zstd data");
  }
}

interface FrameHeader {
  /** From the magic number on. */
  bytes: Uint8Array;
  /** Whether a checksum follows the last block. */
  checked: boolean;
  /** Bytes of the unpacked frame, if it says so. */
  size: number | undefined;
}

async function frameHeader(reader: Reader, magic: Uint8Array): Promise<FrameHeader> {
  const descriptor = await reader.take(1);
  const [flags] = descriptor;
  const single = (flags & 32) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3];
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6];
  const rest = await reader.take((single ? 0 : 1) + dictionaryBytes + sizeBytes);
  const dictionaryAt = single ? 0 : 1;
  if (littleEndian(rest.subarray(dictionaryAt, dictionaryAt + dictionaryBytes)) !== 0)
    throw new DataError(rowReason("packed-dictionary"));
  const size = littleEndian(rest.subarray(dictionaryAt + dictionaryBytes)) + (sizeBytes === 2 ? 256 : 0);
  const window = single ? size : 2 ** (10 + (rest[0] >> 3)) * (1 + (rest[0] & 7) / 8);
  if (window > MOST_WINDOW)
    throw new DataError(rowReason("packed-window", { size: binarySize(window), limit: binarySize(MOST_WINDOW) }));
  const bytes = concatenated(magic, descriptor, rest);
  return { bytes, checked: (flags & 4) !== 0, size: sizeBytes > 0 ? size : undefined };
}

/** `2 GiB`, `128 MiB`. */
function binarySize(bytes: number): string {
  const [unit, name] = bytes >= 2 ** 30 ? [2 ** 30, "GiB"] : [2 ** 20, "MiB"];
  return `${Number((bytes / unit).toPrecision(4))} ${name}`;
}

function littleEndian(bytes: Uint8Array): number {
  return bytes.reduceRight((sum, byte) => 256 * sum + byte, 0);
}

function concatenated(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Reads so many bytes at a time from chunks of any length. */
class Reader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes; undefined at the end. */
  async begin(length: number): Promise<Uint8Array | undefined> {
    return (await this.#more()) ? this.take(length) : undefined;
  }

  /** @throws Error if there are not as many. */
  async take(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      if (!(await this.#more())) throw new Error("unexpected EOF");
      const part = this.#chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return bytes;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (!(await this.#more())) throw new Error("unexpected EOF");
      const count = Math.min(left, this.#chunk.length);
      left -= count;
      this.#chunk = this.#chunk.subarray(count);
    }
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
