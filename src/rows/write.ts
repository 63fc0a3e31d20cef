import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { fileError } from "./fileError.js";
import type { Compression } from "./unpack.js";
import { zstdCompressor } from "./zstd.js";

type Pack = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Bytes that are packed into a member or frame of their own. */
const FRAME = 1 << 22;
const ROOM = 1 << 18;

/**
 * A file that is written beside its place and put there whole, or not at all. A symbolic link is followed, and a file that is
 * replaced passes its permissions on. Every method throws a FileError if it fails.
 */
export class Draft {
  readonly file: string;
  readonly #target: string;
  readonly #durable: boolean;
  readonly #descriptor: number;
  /** Of the draft: another process that writes the same file has one of its own. */
  readonly #inode: number;
  #buffer = Buffer.alloc(0);
  #buffered = 0;
  #state: "open" | "closed" | "published" = "open";

  /** @param options.durable Whether the bytes are on the disk before the file is in its place, so that a power cut cannot empty it. */
  constructor(file: string, { durable = false }: { durable?: boolean } = {}) {
    this.file = file;
    this.#durable = durable;
    try {
      this.#target = linkTarget(file);
      const replaced = checkPlain(this.#target);
      // what a killed try has left, or a link by which something else would be written over
      rmSync(this.#draft, { force: true });
      this.#descriptor = openSync(this.#draft, "wx");
      if (replaced !== undefined) fchmodSync(this.#descriptor, replaced.mode & 0o777);
      this.#inode = fstatSync(this.#descriptor).ino;
    } catch (error) {
      throw fileError("write", file, error);
    }
  }

  get #draft(): string {
    return `${this.#target}${PART}`;
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
      if (!this.#isOurs()) throw new Error("another process is writing it as well");
      renameSync(this.#draft, this.#target);
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
      if (this.#isOurs()) rmSync(this.#draft, { force: true });
    } catch {
      // whatever it was discarded for is told instead
    }
  }

  #isOurs(): boolean {
    return lstatSync(this.#draft, { throwIfNoEntry: false })?.ino === this.#inode;
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

const PART = ".part";
/** Symbolic links that lead from one to the next, at most, as on Linux. */
const MOST_LINKS = 40;

/** Where a file is written until it is whole. One name for all tries, so that a killed one leaves nothing for good. */
export function draftOf(file: string): string {
  try {
    return `${linkTarget(file)}${PART}`;
  } catch {
    return `${file}${PART}`;
  }
}

/** Where a symbolic link leads, whether or not a file is there; any other path as it is. */
export function linkTarget(file: string): string {
  let target = file;
  for (let links = 0; lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink(); links++) {
    if (links === MOST_LINKS) throw new Error("its symbolic links lead in a circle");
    target = resolve(dirname(target), readlinkSync(target));
  }
  return target;
}

/** What is at a path, which must be a regular file or nothing: a folder, device or pipe cannot be replaced by a file. */
export function checkPlain(file: string): Stats | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return found;
  if (found.isDirectory()) throw Object.assign(new Error("EISDIR"), { code: "EISDIR" });
  throw new Error("it is a device or pipe, not a file");
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

/** How a file is packed, by its name. */
export function packingOf(file: string): Compression {
  return file.endsWith(".gz") ? "gz" : file.endsWith(".zst") ? "zst" : "none";
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
