import { DataError, PstarError } from "../core/errors.js";
import { fileReason, unreadable } from "./fileError.js";
import { rowReason } from "./reasons.js";

/** How a file is packed. */
export type Compression = "none" | "gz" | "zst";

/** Unpacks gzip data, of which the platform has a decompressor. */
export type Gunzip = (packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Bytes, of which the first ones are known, whatever is read of them later. */
export interface Peeked {
  head: Uint8Array;
  /** All of them, with the first ones. */
  chunks: AsyncIterable<Uint8Array>;
}

/** A file or standard input, as its bytes are. */
export interface RawFile {
  /** As errors call it. */
  readonly name: string;
  /** Null if it is not known. */
  readonly size: number | null;
  /** Of a file of a server, what tells this version from others: its ETag. */
  readonly version?: string | undefined;
  /** Bytes that were read. */
  readonly position: number;
  /** The first bytes, and all of them, which begin where `seek` says. */
  peek(length: number): Promise<Peeked>;
  /** Leaves bytes out at the beginning; false if that is not possible: a pipe has no places to read from. */
  seek(position: number): boolean;
  /** The bytes of a place; null if there are no places to read from. */
  slice: ((start: number, end: number) => Promise<Uint8Array>) | null;
  close(): Promise<void>;
}

/** Reads the first bytes, as many as there are up to `length`. */
export async function peek(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = new Uint8Array(0);
  while (head.length < length) {
    const next = await iterator.next();
    if (next.done) break;
    const longer = new Uint8Array(head.length + next.value.length);
    longer.set(head);
    longer.set(next.value, head.length);
    head = longer;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.subarray(0, length), chunks: all() };
}

/** Leaves bytes out at the beginning. */
export async function* without(name: string, chunks: AsyncIterable<Uint8Array>, bytes = 0): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
  if (left > 0) throw unreadable(name, fileReason("it-became-shorter"));
}

/** How a file is packed, told by its first four bytes. */
export function compressionOf([a, b, c, d]: Uint8Array): Compression {
  if (a === 0x1f && b === 0x8b) return "gz";
  const frame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const skippable = a !== undefined && a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18;
  return frame || skippable ? "zst" : "none";
}

/**
 * Unpacks what `compressionOf` found.
 *
 * @throws DataError if the data are broken, truncated, or need more memory than can be given them.
 */
export async function* unpacked(
  packed: AsyncIterable<Uint8Array>,
  compression: "gz" | "zst",
  gunzip: Gunzip,
): AsyncGenerator<Uint8Array> {
  try {
    if (compression === "gz") yield* gunzip(packed);
    // Few files are packed so: its code is loaded for them alone.
    else yield* (await import("./unzstd.js")).decompressedZstd(packed);
  } catch (error) {
    if (error instanceof PstarError) throw error;
    const packing = compression === "gz" ? "gzip" : "zstd";
    throw new DataError(rowReason("packed-broken", { packing, why: whyBroken(error) }), {}, { cause: error });
  }
}

/** What decompressors say, as a reason. */
function whyBroken(error: unknown) {
  const text = error instanceof Error ? error.message : String(error);
  if (/unexpected (end of file|EOF)|incomplete|input was truncated|ended without/i.test(text))
    return rowReason("packed-truncated");
  if (/junk|trailing|additional|after the end|incorrect header check/i.test(text)) return rowReason("packed-trailing");
  if (/checksum|incorrect data check/i.test(text)) return rowReason("packed-checksum");
  return rowReason("packed-other");
}
