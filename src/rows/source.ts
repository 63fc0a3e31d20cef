import { constants, openSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FileError, PstarError, reasonOf } from "../core/errors.js";
import { fileError, unreadable } from "./fileError.js";
import { isAddress } from "./hub.js";
import { openRemote } from "./remote.js";
import { type Compression, compressionOf, type Peeked, peek, type RawFile, unpacked, without } from "./unpack.js";

/** The bytes of a file or of standard input, unpacked if they are packed. Each chunk is good until the next is asked for. */
export interface ByteSource extends AsyncIterable<Uint8Array> {
  /** As errors call it. */
  readonly name: string;
  readonly compression: Compression;
  /** Bytes of the file, packed as they are; null if it is not known. */
  readonly size: number | null;
  /** Bytes of the file that were read. */
  readonly position: number;
  close(): Promise<void>;
}

const CHUNK = 1 << 20;
const HEAD = 4;

export interface SourceOptions {
  /** Bytes to leave out at the beginning, of the unpacked ones. */
  from?: number;
  /** Ends the reading, also one that waits. */
  signal?: AbortSignal;
}

/** Opens a file, or standard input for `-`. @throws FileError if it cannot be read, here and while it is read. */
export async function openRaw(file: string): Promise<RawFile> {
  if (file === "-") return new StreamInput("standard input", process.stdin);
  if (isPipe(file)) return openPipe(file);
  if (!isAddress(file)) return InputFile.open(file);
  const remote = await openRemote(file);
  return "file" in remote ? remote.file : InputFile.open(remote.cached, file, remote.version);
}

/** Whether a file can be read only once: standard input, or a pipe that has a name. */
export function isPipe(file: string): boolean {
  try {
    return file === "-" || statSync(file).isFIFO();
  } catch {
    return false; // whoever opens it says what is wrong
  }
}

/** Opening a pipe waits for its writer in a thread that nothing can end, unless it is asked not to; then its reading waits. */
async function openPipe(file: string): Promise<RawFile> {
  try {
    const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    return new StreamInput(file, new Socket({ fd, readable: true, writable: false }));
  } catch (error) {
    throw fileError("read", file, error);
  }
}

/**
 * Opens a file, or standard input for `-`. Whether it is packed is told by its first bytes, whatever its name.
 *
 * @throws FileError if it cannot be read, here and while it is read; the signal's reason if it is aborted before the first bytes.
 */
export async function openSource(file: string, { from = 0, signal }: SourceOptions = {}): Promise<ByteSource> {
  const raw = await openRaw(file);
  // a pipe may never give another byte: whoever stops the reading does not wait for one
  const close = () => void raw.close().catch(() => {});
  signal?.addEventListener("abort", close, { once: true });
  try {
    const { head, chunks } = await raw.peek(HEAD);
    const compression = compressionOf(head);
    const plain = compression === "none";
    const rest =
      plain && raw.seek(from) ? chunks : without(raw.name, unpackedBytes(raw.name, chunks, compression), from);
    return {
      name: raw.name,
      compression,
      size: raw.size,
      get position() {
        return raw.position;
      },
      [Symbol.asyncIterator]: () => rest[Symbol.asyncIterator](),
      close() {
        signal?.removeEventListener("abort", close);
        return raw.close();
      },
    };
  } catch (error) {
    await raw.close();
    throw signal?.aborted ? signal.reason : error;
  }
}

/** The bytes of a file, unpacked. */
export function unpackedBytes(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncIterable<Uint8Array> {
  return compression === "none" ? chunks : named(name, unpacked(chunks, compression, gunzipped));
}

/** The bytes of a file as they are. */
class InputFile implements RawFile {
  readonly name: string;
  readonly size: number | null;
  readonly version: string | undefined;
  readonly slice;
  position = 0;
  readonly #handle: FileHandle;

  private constructor(name: string, handle: FileHandle, size: number | null, version?: string) {
    this.name = name;
    this.version = version;
    this.#handle = handle;
    this.size = size;
    this.slice = size === null ? null : (start: number, end: number) => this.#slice(start, end);
  }

  /** @param name What messages call it. @param version What tells it from other files of the name, if not its bytes. */
  static async open(file: string, name = file, version?: string): Promise<InputFile> {
    try {
      const handle = await open(file, "r");
      const found = await handle.stat();
      if (found.isDirectory()) {
        await handle.close();
        throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
      }
      return new InputFile(name, handle, found.isFile() ? found.size : null, version);
    } catch (error) {
      throw fileError("read", file, error);
    }
  }

  async peek(length: number): Promise<Peeked> {
    if (this.size === null) return peek(this.#chunks(), length);
    const head = new Uint8Array(Math.min(length, this.size || length));
    return { head: head.subarray(0, await this.#read(head, 0)), chunks: this.#chunks() };
  }

  seek(position: number): boolean {
    if (this.size !== null) this.position = position;
    return this.size !== null;
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    const chunk = new Uint8Array(Math.min(CHUNK, this.size || CHUNK));
    for (;;) {
      const count = await this.#read(chunk, this.size === null ? null : this.position);
      if (count === 0) return;
      this.position += count;
      yield chunk.subarray(0, count);
    }
  }

  /** As many of the bytes as there are. */
  async #slice(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, this.size ?? 0) - start));
    let filled = 0;
    while (filled < bytes.length) {
      const count = await this.#read(bytes.subarray(filled), start + filled);
      if (count === 0) break;
      filled += count;
    }
    this.position = Math.max(this.position, start + filled);
    return bytes.subarray(0, filled);
  }

  async #read(target: Uint8Array, position: number | null): Promise<number> {
    try {
      return (await this.#handle.read(target, 0, target.length, position)).bytesRead;
    } catch (error) {
      throw fileError("read", this.name, error);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** Standard input or a pipe. */
class StreamInput implements RawFile {
  readonly name: string;
  readonly size = null;
  readonly slice = null;
  position = 0;
  readonly #stream: Readable;

  constructor(name: string, stream: Readable) {
    this.name = name;
    this.#stream = stream;
  }

  peek(length: number): Promise<Peeked> {
    return peek(this.#chunks(), length);
  }

  seek(): boolean {
    return false;
  }

  async *#chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
        this.position += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw fileError("read", this.name, error);
    }
  }

  async close(): Promise<void> {
    this.#stream.destroy();
  }
}

/** Says of which file it is that something is wrong. */
async function* named(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof PstarError) || error instanceof FileError) throw error;
    throw unreadable(name, reasonOf(error), error);
  }
}

async function* gunzipped(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK >> 2 });
  const given = { bytes: 0, untilZeros: 0 };
  const chunks = Readable.from(copies(packed, given), { objectMode: false });
  chunks.on("error", (error) => gunzip.destroy(error));
  chunks.pipe(gunzip);
  try {
    yield* gunzip;
    // of what follows a zero behind a member Node says nothing: zeros pad a file on a tape, anything else would be lost
    chunks.unpipe(gunzip);
    if (!chunks.readableEnded) for await (const _ of chunks);
    if (given.untilZeros > gunzip.bytesWritten) throw new Error("trailing bytes");
  } finally {
    chunks.destroy();
  }
}

/** A stream reads ahead, and a chunk is good until the next only. @param given Told how many bytes there were, and up to the last that is not zero. */
async function* copies(
  chunks: AsyncIterable<Uint8Array>,
  given: { bytes: number; untilZeros: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    const last = chunk.findLastIndex((byte) => byte !== 0) + 1;
    if (last > 0) given.untilZeros = given.bytes + last;
    given.bytes += chunk.length;
    yield chunk.slice();
  }
}
