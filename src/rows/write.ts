import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fileError } from "./fileError.js";
import type { Compression } from "./unpack.js";
import { zstdCompressor } from "./zstd.js";

type Pack = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Bytes that are packed into a member or frame of their own. */
const FRAME = 1 << 22;
const ROOM = 1 << 18;

/** A file that is written beside its place and put there whole, or not at all. Every method throws a FileError if it fails. */
export class Draft {
  readonly file: string;
  readonly #durable: boolean;
  readonly #descriptor: number;
  #buffer = Buffer.alloc(0);
  #buffered = 0;
  #state: "open" | "closed" | "published" = "open";

  /** @param options.durable Whether the bytes are on the disk before the file is in its place, so that a power cut cannot empty it. */
  constructor(file: string, { durable = false }: { durable?: boolean } = {}) {
    this.file = file;
    this.#durable = durable;
    try {
      this.#descriptor = openSync(draftOf(file), "w");
    } catch (error) {
      throw fileError("write", file, error);
    }
  }

  /** Small pieces are gathered and written together. */
  write(data: string | Uint8Array): void {
    const longest = typeof data === "string" ? 3 * data.length : data.length;
    if (longest > ROOM - this.#buffered) this.#flush();
    if (longest > ROOM) this.#put(typeof data === "string" ? Buffer.from(data) : data);
    else {
      if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafe(ROOM);
      if (typeof data === "string") this.#buffered += this.#buffer.write(data, this.#buffered, "utf8");
      else {
        this.#buffer.set(data, this.#buffered);
        this.#buffered += data.length;
      }
    }
  }

  /** Ends the file, still beside its place. */
  close(): void {
    this.#flush();
    try {
      if (this.#durable) fsyncSync(this.#descriptor);
      this.#end();
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  /** Puts the file in its place, and closes it first if it is open. */
  publish(): void {
    if (this.#state === "open") this.close();
    try {
      renameSync(draftOf(this.file), this.file);
    } catch (error) {
      throw fileError("write", this.file, error);
    }
    this.#state = "published";
  }

  /** Leaves nothing behind, unless it was published. */
  discard(): void {
    if (this.#state === "published") return;
    try {
      if (this.#state === "open") this.#end();
      rmSync(draftOf(this.file), { force: true });
    } catch {
      // whatever it was discarded for is told instead
    }
  }

  #flush(): void {
    this.#put(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  #put(data: Uint8Array): void {
    try {
      for (let written = 0; written < data.length; ) {
        written += writeSync(this.#descriptor, data, written, data.length - written);
      }
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  #end(): void {
    this.#state = "closed";
    closeSync(this.#descriptor);
  }
}

/** Where a file is written until it is whole. One name for all tries, so that a killed one leaves nothing for good. */
export function draftOf(file: string): string {
  return `${file}.part`;
}

/** Writes a file whole or not at all. */
export function writeWhole(file: string, data: string | Uint8Array, options: { durable?: boolean } = {}): void {
  const draft = new Draft(file, options);
  try {
    draft.write(data);
    draft.publish();
  } finally {
    draft.discard();
  }
}

/** Sees to it that the names of a folder's files are on the disk. If folders cannot be opened, the system does it. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // Windows
  }
}

/**
 * Writes a file, packed or not; {@link publish} puts it in its place. Packed files consist of gzip members or zstd frames of
 * 4 MiB each, which depend on nothing but the bytes.
 */
export class FileWriter {
  readonly file: string;
  /** Bytes written, before they are packed. */
  bytes = 0;
  readonly #draft: Draft;
  readonly #pack: Pack | undefined;
  readonly #frame: Buffer;
  #filled = 0;
  #frames = 0;

  private constructor(file: string, pack: Pack | undefined) {
    this.file = file;
    this.#draft = new Draft(file);
    this.#pack = pack;
    this.#frame = Buffer.allocUnsafeSlow(pack === undefined ? 0 : FRAME);
  }

  /** @throws FileError if the file cannot be written, here and in each method. */
  static async open(file: string, compression: Compression = "none"): Promise<FileWriter> {
    const pack = compression === "gz" ? promisify(gzip) : compression === "zst" ? await zstdCompressor() : undefined;
    return new FileWriter(file, pack);
  }

  /** Writes bytes, and comes back when they need not be kept any more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    if (this.#pack === undefined) return this.#draft.write(bytes);
    for (let start = 0; start < bytes.length; ) {
      const count = Math.min(bytes.length - start, FRAME - this.#filled);
      this.#frame.set(bytes.subarray(start, start + count), this.#filled);
      this.#filled += count;
      start += count;
      if (this.#filled === FRAME) await this.#putFrame(this.#pack);
    }
  }

  /** Ends the file, still beside its place. */
  async close(): Promise<void> {
    // a packed file of nothing has one frame of nothing: zero bytes would be no gzip file
    if (this.#pack !== undefined && (this.#filled > 0 || this.#frames === 0)) await this.#putFrame(this.#pack);
    this.#draft.close();
  }

  /** Puts the closed file in its place. */
  publish(): void {
    this.#draft.publish();
  }

  /** Leaves nothing of the file, unless it was published. */
  discard(): void {
    this.#draft.discard();
  }

  async #putFrame(pack: Pack): Promise<void> {
    this.#draft.write(await pack(this.#frame.subarray(0, this.#filled)));
    this.#filled = 0;
    this.#frames++;
  }
}
