import { Buffers } from "./buffers.js";
import type { ByteSource } from "./source.js";

/** Some whole lines of a file. */
export interface Block {
  /** The lines with their line ends; the last of a file may lack its own. Begins at the start of its buffer. */
  bytes: Buffer;
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
  /** Where the source begins in the unpacked file. */
  offset?: number;
  /** Where the memory of blocks comes from; whoever has done with a block may give it back. */
  buffers?: Buffers;
}

/** Large enough that reading and posting it costs little, small enough that many of them are no burden. */
export const BLOCK_SIZE = 1 << 22;
/** A longer row could not be held by a JSON parser that has other rows to hold as well. */
export const LINE_LIMIT = 1 << 26;
/** What is kept of a line beyond the limit, to show it. */
const BEGINNING = 1024;
const NEWLINE = 10;

/**
 * Cuts a source into blocks of whole lines. The caller owns each block. Where a block ends depends on the bytes from its
 * beginning and on the options alone, so that reading on from any block gives the same blocks.
 */
export async function* readBlocks(source: ByteSource, options: BlockOptions = {}): AsyncGenerator<Block> {
  const { size = BLOCK_SIZE, limit = LINE_LIMIT, buffers = new Buffers() } = options;
  let { offset = 0 } = options;
  let rest: Uint8Array = new Uint8Array(0);
  let ended = false;
  while (!ended || rest.length > 0) {
    const filled = await fill(source, rest, size, limit, buffers);
    ended = filled.ended;
    const { bytes, newline } = filled;
    if (newline < 0 && !ended) {
      const tail = await skipLine(source, size);
      ended = tail.ended;
      rest = tail.rest;
      const oversized = bytes.length + tail.skipped;
      yield { bytes: Buffer.from(bytes.subarray(0, BEGINNING)), offset, oversized, end: offset + oversized };
      offset += oversized;
      continue;
    }
    // At the end of a file, what is left is a line without its newline.
    const end = newline < 0 ? bytes.length : newline + 1;
    rest = new Uint8Array(bytes.subarray(end)); // a copy: the caller may give the block away
    if (end > 0) yield { bytes: bytes.subarray(0, end), offset, end: offset + end };
    offset += end;
  }
}

/** Reads on from `rest` until a block is full and holds the end of a line, the source ends, or the line is too long. */
async function fill(source: ByteSource, rest: Uint8Array, size: number, limit: number, buffers: Buffers) {
  let length = size;
  while (length < rest.length) length = Math.min(2 * length, limit + size);
  let buffer = buffers.take(length).subarray(0, length);
  buffer.set(rest);
  let filled = rest.length;
  let newline = rest.lastIndexOf(NEWLINE);
  for (;;) {
    if (filled === buffer.length) {
      if (newline >= 0 || filled > limit) return { bytes: buffer, newline, ended: false };
      length = Math.min(2 * filled, limit + size);
      const longer = buffers.take(length).subarray(0, length);
      longer.set(buffer);
      buffers.give(buffer.buffer);
      buffer = longer;
    }
    const read = await source.read(buffer.subarray(filled));
    if (read === 0) return { bytes: buffer.subarray(0, filled), newline, ended: true };
    const found = buffer.subarray(filled, filled + read).lastIndexOf(NEWLINE);
    if (found >= 0) newline = filled + found;
    filled += read;
  }
}

/** Reads to the end of a line. */
async function skipLine(
  source: ByteSource,
  size: number,
): Promise<{ skipped: number; rest: Uint8Array; ended: boolean }> {
  const buffer = Buffer.allocUnsafeSlow(size);
  for (let skipped = 0; ; ) {
    const read = await source.read(buffer);
    if (read === 0) return { skipped, rest: new Uint8Array(0), ended: true };
    const newline = buffer.subarray(0, read).indexOf(NEWLINE);
    if (newline >= 0) {
      return { skipped: skipped + newline + 1, rest: new Uint8Array(buffer.subarray(newline + 1, read)), ended: false };
    }
    skipped += read;
  }
}
