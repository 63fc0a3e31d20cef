import { type FileHandle, open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FileError } from "../core/errors.js";
import { fileError } from "./fileError.js";
import { decompressedZstd } from "./unzstd.js";

/** How a file is packed. */
export type Compression = "none" | "gz" | "zst";

/** The bytes of a file or of standard input, unpacked where they are packed. */
export interface ByteSource {
  /** As errors call it. */
  readonly name: string;
  readonly compression: Compression;
  /** Bytes of the file, packed as they are; null where nobody knows. */
  readonly size: number | null;
  /** Bytes of the file that were read. */
  readonly position: number;
  /** Fills a part of `target`, at least one byte of it; 0 where there is no more. */
  read(target: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

const CHUNK = 1 << 18;

/**
 * Opens a file, or standard input for `-`. Whether it is packed is told by its first bytes, whatever its name.
 *
 * @param from Bytes to leave out at the beginning, of the unpacked ones.
 * @throws FileError where it cannot be read, here and in `read`.
 */
export async function openSource(file: string, from = 0): Promise<ByteSource> {
  const raw = file === "-" ? new InputStream() : await InputFile.open(file);
  try {
    const head = await raw.peek();
    const compression = compressionOf(head);
    if (compression === "none") {
      await raw.skip(from);
      return raw;
    }
    const source = new Unpacked(raw, compression);
    await skip(source, from);
    return source;
  } catch (error) {
    await raw.close();
    throw error;
  }
}

function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gz";
  const [a, b, c, d] = head;
  const frame = a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd;
  const skippable = a >= 0x50 && a <= 0x5f && b === 0x2a && c === 0x4d && d === 0x18;
  return frame || skippable ? "zst" : "none";
}

async function skip(source: ByteSource, bytes: number): Promise<void> {
  const nowhere = new Uint8Array(Math.min(bytes, CHUNK));
  for (let left = bytes; left > 0; ) {
    const read = await source.read(nowhere.subarray(0, Math.min(left, CHUNK)));
    if (read === 0) throw new FileError(`cannot read ${source.name}: it has become shorter`, { got: source.name });
    left -= read;
  }
}

/** The bytes of a file as they are. */
class InputFile implements ByteSource {
  readonly compression = "none";
  readonly name: string;
  readonly size: number | null;
  readonly #handle: FileHandle;
  /** A pipe has no places to read from: it is read on and on. */
  readonly #seekable: boolean;
  #position = 0;
  #ahead = new Uint8Array(0);

  private constructor(name: string, handle: FileHandle, size: number | null) {
    this.name = name;
    this.#handle = handle;
    this.size = size;
    this.#seekable = size !== null;
  }

  static async open(file: string): Promise<InputFile> {
    try {
      const handle = await open(file, "r");
      const found = await handle.stat();
      if (found.isDirectory()) {
        await handle.close();
        throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
      }
      return new InputFile(file, handle, found.isFile() ? found.size : null);
    } catch (error) {
      throw fileError("read", file, error);
    }
  }

  get position(): number {
    return this.#position - this.#ahead.length;
  }

  async read(target: Uint8Array): Promise<number> {
    if (this.#ahead.length > 0) {
      const count = Math.min(this.#ahead.length, target.length);
      target.set(this.#ahead.subarray(0, count));
      this.#ahead = this.#ahead.subarray(count);
      return count;
    }
    try {
      const place = this.#seekable ? this.#position : null;
      const { bytesRead } = await this.#handle.read(target, 0, target.length, place);
      this.#position += bytesRead;
      return bytesRead;
    } catch (error) {
      throw fileError("read", this.name, error);
    }
  }

  /** The first four bytes, which stay to be read. */
  async peek(): Promise<Uint8Array> {
    const head = new Uint8Array(4);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < 4; filled += read) read = await this.read(head.subarray(filled));
    this.#ahead = head.subarray(0, filled);
    return this.#ahead;
  }

  async skip(bytes: number): Promise<void> {
    if (!this.#seekable) return skip(this, bytes);
    this.#ahead = new Uint8Array(0);
    this.#position = bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Standard input. */
class InputStream implements ByteSource {
  readonly name = "standard input";
  readonly compression = "none";
  readonly size = null;
  readonly #chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);

  get position(): number {
    return this.#position;
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next().catch((error: unknown) => {
        throw fileError("read", this.name, error);
      });
      if (next.done) return 0;
      this.#rest = next.value;
    }
    const count = Math.min(this.#rest.length, target.length);
    target.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    this.#position += count;
    return count;
  }

  async peek(): Promise<Uint8Array> {
    const head = new Uint8Array(4);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < 4; filled += read) read = await this.read(head.subarray(filled));
    this.#rest = Buffer.concat([head.subarray(0, filled), this.#rest]);
    this.#position -= filled;
    return head.subarray(0, filled);
  }

  skip(bytes: number): Promise<void> {
    return skip(this, bytes);
  }

  async close(): Promise<void> {
    process.stdin.destroy();
  }
}

/** What another source holds packed. */
class Unpacked implements ByteSource {
  readonly name: string;
  readonly compression: Compression;
  readonly #packed: ByteSource;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(packed: ByteSource, compression: "gz" | "zst") {
    this.#packed = packed;
    this.name = packed.name;
    this.compression = compression;
    const chunks = chunksOf(packed);
    this.#pieces = compression === "zst" ? decompressedZstd(chunks) : gunzipped(chunks);
  }

  get size(): number | null {
    return this.#packed.size;
  }

  get position(): number {
    return this.#packed.position;
  }

  async read(target: Uint8Array): Promise<number> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next().catch((error: unknown) => {
        throw this.#failure(error);
      });
      if (next.done) return 0;
      this.#rest = next.value;
    }
    const count = Math.min(this.#rest.length, target.length);
    target.set(this.#rest.subarray(0, count));
    this.#rest = this.#rest.subarray(count);
    return count;
  }

  async close(): Promise<void> {
    await this.#pieces.return?.().catch(() => {});
    await this.#packed.close();
  }

  #failure(error: unknown): FileError {
    if (error instanceof FileError) return error;
    const text = (error as Error).message;
    const what = this.compression === "gz" ? "gzip" : "zstd";
    const reason = /unexpected (end of file|EOF)/.test(text) ? "they end too early" : text;
    return new FileError(
      `cannot read ${this.name}: its ${what} data are broken: ${reason}`,
      { got: this.name },
      { cause: error },
    );
  }
}

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const read = await source.read(chunk);
    if (read === 0) return;
    yield chunk.subarray(0, read);
  }
}

async function* gunzipped(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  const chunks = Readable.from(compressed, { objectMode: false });
  chunks.on("error", (error) => gunzip.destroy(error));
  chunks.pipe(gunzip);
  try {
    yield* gunzip;
  } finally {
    chunks.destroy();
  }
}
