import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fileError } from "./fileError.js";
import type { Compression } from "./source.js";
import { zstdCompressor } from "./zstd.js";

type Pack = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Bytes that are packed into a member or frame of their own. */
const FRAME = 1 << 22;

/**
 * Writes a file beside its place; {@link publish} puts it there, so that what is in the place is whole. Packed files
 * consist of gzip members or zstd frames of 4 MiB each, which depend on nothing but the bytes.
 */
export class FileWriter {
  readonly file: string;
  /** Bytes written, before they are packed. */
  bytes = 0;
  readonly #draft: string;
  readonly #handle: FileHandle;
  readonly #pack: Pack | undefined;
  readonly #frame: Buffer;
  #filled = 0;
  #frames = 0;

  private constructor(file: string, handle: FileHandle, pack: Pack | undefined) {
    this.file = file;
    this.#draft = draftOf(file);
    this.#handle = handle;
    this.#pack = pack;
    this.#frame = Buffer.allocUnsafeSlow(pack === undefined ? 0 : FRAME);
  }

  /** @throws FileError where the file cannot be written, here and in each method. */
  static async open(file: string, compression: Compression = "none"): Promise<FileWriter> {
    const pack = compression === "gz" ? promisify(gzip) : compression === "zst" ? await zstdCompressor() : undefined;
    try {
      return new FileWriter(file, await open(draftOf(file), "w"), pack);
    } catch (error) {
      throw fileError("write", file, error);
    }
  }

  /** Writes bytes, and comes back when they need not be kept any more. */
  async write(bytes: Uint8Array): Promise<void> {
    this.bytes += bytes.length;
    if (this.#pack === undefined) return this.#put(bytes);
    for (let start = 0; start < bytes.length; ) {
      const count = Math.min(bytes.length - start, FRAME - this.#filled);
      this.#frame.set(bytes.subarray(start, start + count), this.#filled);
      this.#filled += count;
      start += count;
      if (this.#filled === FRAME) await this.#putFrame();
    }
  }

  /** Ends the file, still beside its place. */
  async close(): Promise<void> {
    // a packed file of nothing has one frame of nothing: zero bytes would be no gzip file
    if (this.#pack !== undefined && (this.#filled > 0 || this.#frames === 0)) await this.#putFrame();
    try {
      await this.#handle.close();
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  /** Puts the closed file into its place. */
  async publish(): Promise<void> {
    try {
      await rename(this.#draft, this.file);
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  /** Leaves nothing of the file. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(this.#draft, { force: true }).catch(() => {});
  }

  async #putFrame(): Promise<void> {
    const bytes = this.#frame.subarray(0, this.#filled);
    await this.#put((await this.#pack?.(bytes)) ?? bytes);
    this.#filled = 0;
    this.#frames++;
  }

  async #put(bytes: Uint8Array): Promise<void> {
    try {
      for (let start = 0; start < bytes.length; ) {
        const { bytesWritten } = await this.#handle.write(bytes, start);
        start += bytesWritten;
      }
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }
}

/** Where a file is written until it is whole. One name for all tries, so that a killed one leaves nothing for good. */
export function draftOf(file: string): string {
  return `${file}.part`;
}
