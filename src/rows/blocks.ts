/** Buffers below this are not worth keeping. */
const SMALL = 1 << 14;
const MOST = 16;

/**
 * Large buffers that are used again. A new one costs more than what is read into it: the system clears its memory, and the
 * garbage collector is set to work for every few of them.
 */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];

  /** So many bytes, whatever is in them; they begin at the start of their memory. */
  take(length: number): Uint8Array & { readonly buffer: ArrayBuffer } {
    const found = this.#free.findIndex(({ byteLength }) => byteLength >= length && byteLength <= 2 * length);
    return new Uint8Array(found < 0 ? new ArrayBuffer(length) : this.#free.splice(found, 1)[0], 0, length);
  }

  /** Takes memory back that is not looked at any more. */
  give(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= SMALL && this.#free.length < MOST)
      this.#free.push(buffer);
  }
}

/** Some whole lines of a file. */
export interface Block {
  /** The lines with their line ends; the last of a file may lack its own. Begins at the start of its buffer. */
  bytes: Uint8Array;
  /** Where it begins in the unpacked file. */
  offset: number;
  /** Bytes of a line beyond the limit, of which `bytes` holds the beginning only. */
  oversized?: number;
  /** Where the next block begins. */
  end: number;
}

/** How a file is cut into blocks. */
export interface BlockOptions {
  /** Bytes of a block; a longer line makes a longer block. */
  size?: number;
  /** Bytes that a line may have. */
  limit?: number;
  /** Where the bytes begin in the unpacked file. */
  offset?: number;
  /** Where the memory of blocks comes from; whoever has done with a block may give it back. */
  buffers?: Buffers;
  /** When it aborts, nothing more is read: its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** Large enough that reading and posting it costs little, small enough that many of them are no burden. */
export const BLOCK_SIZE = 1 << 22;
/** A longer row could not be held by a JSON parser that has other rows to hold as well. */
export const LINE_LIMIT = 1 << 26;
/** Bytes that are reserved before any have come. */
const FIRST = 1 << 14;
/** What is kept of a line beyond the limit, to show it. */
const BEGINNING = 1024;
const NEWLINE = 10;

/**
 * Cuts bytes into blocks of whole lines. The caller owns each block. Where a block ends depends on the bytes from its
 * beginning and on the options alone, so that reading on from any block gives the same blocks.
 *
 * @param chunks Each is read before the next is asked for.
 */
export async function* readBlocks(
  chunks: AsyncIterable<Uint8Array>,
  options: BlockOptions = {},
): AsyncGenerator<Block> {
  const { size = BLOCK_SIZE, limit = LINE_LIMIT, buffers = new Buffers(), signal } = options;
  let { offset = 0 } = options;
  // most files are smaller than a block
  let block = buffers.take(Math.min(size, FIRST));
  let filled = 0;
  let newline = -1;
  /** The line at hand is beyond the limit: its beginning, and how long it is so far. */
  let long: { bytes: Uint8Array; length: number } | undefined;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    for (let start = 0; start < chunk.length; ) {
      if (long !== undefined) {
        const end = chunk.indexOf(NEWLINE, start) + 1;
        long.length += (end === 0 ? chunk.length : end) - start;
        if (end === 0) break;
        start = end;
        yield { bytes: long.bytes, offset, oversized: long.length, end: offset + long.length };
        offset += long.length;
        long = undefined;
        continue;
      }
      const part = chunk.subarray(start, start + block.length - filled);
      block.set(part, filled);
      const found = part.lastIndexOf(NEWLINE);
      if (found >= 0) newline = filled + found;
      filled += part.length;
      start += part.length;
      while (filled === block.length && long === undefined) {
        if (filled < size) {
          const longer = buffers.take(Math.min(8 * filled, size));
          longer.set(block);
          buffers.give(block.buffer);
          block = longer;
        } else if (newline >= 0) {
          const rest = block.slice(newline + 1, filled); // a copy: the caller may give the block away
          yield { bytes: block.subarray(0, newline + 1), offset, end: offset + newline + 1 };
          offset += newline + 1;
          newline = -1;
          let length = size;
          while (length < rest.length) length = Math.min(2 * length, limit + size);
          block = buffers.take(length);
          block.set(rest);
          filled = rest.length;
        } else if (filled > limit) {
          long = { bytes: block.slice(0, BEGINNING), length: filled };
          filled = 0;
          if (block.length !== size) block = buffers.take(size);
        } else {
          const longer = buffers.take(Math.min(2 * filled, limit + size));
          longer.set(block);
          buffers.give(block.buffer);
          block = longer;
        }
      }
    }
  }
  if (long !== undefined) {
    yield { bytes: long.bytes, offset, oversized: long.length, end: offset + long.length };
    return;
  }
  const rest = block.slice(newline + 1, filled);
  if (newline >= 0) yield { bytes: block.subarray(0, newline + 1), offset, end: offset + newline + 1 };
  offset += newline + 1;
  // what is left at the end of a file is a line without its newline
  if (rest.length > 0) yield { bytes: rest, offset, end: offset + rest.length };
}

/** Some bytes after one another. */
export function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Reads so many bytes at a time from chunks of any length. Nothing is reserved for bytes that do not come. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #truncated: () => Error;
  #chunk: Uint8Array = new Uint8Array(0);

  /** @param truncated What is thrown if there are fewer bytes than are asked for. */
  constructor(chunks: AsyncIterable<Uint8Array>, truncated: () => Error) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#truncated = truncated;
  }

  /** Whether anything is left. */
  async more(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done) return false;
      this.#chunk = next.value;
    }
    return true;
  }

  async take(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0; ) {
      if (!(await this.more())) throw this.#truncated();
      const part = this.#chunk.slice(0, left);
      parts.push(part);
      left -= part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return parts.length === 1 ? parts[0] : concatenated(parts);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      if (!(await this.more())) throw this.#truncated();
      const count = Math.min(left, this.#chunk.length);
      left -= count;
      this.#chunk = this.#chunk.subarray(count);
    }
  }

  /** Reads to the end, and gives the last bytes, and how many there were. */
  async rest(last: number): Promise<{ end: Uint8Array; length: number }> {
    let end = new Uint8Array(0);
    let length = 0;
    while (await this.more()) {
      length += this.#chunk.length;
      end = concatenated([end, this.#chunk]).slice(-last);
      this.#chunk = new Uint8Array(0);
    }
    return { end, length };
  }
}
