import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { fileError } from "../../rows/fileError.js";

export { makeFolder } from "../../rows/folder.js";

const ROOM = 1 << 18;

/** A file that is written beside its place and put there whole, on the disk, or not at all. */
export class Draft {
  readonly file: string;
  readonly #draft: string;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(ROOM);
  #buffered = 0;
  #open = true;

  constructor(file: string) {
    this.file = file;
    this.#draft = `${file}.tmp`;
    try {
      this.#descriptor = openSync(this.#draft, "w");
    } catch (error) {
      throw fileError("write", file, error);
    }
  }

  write(data: string | Uint8Array): void {
    const longest = typeof data === "string" ? 3 * data.length : data.length;
    if (longest > ROOM - this.#buffered) this.#flush();
    if (longest > ROOM) this.#put(typeof data === "string" ? Buffer.from(data) : data);
    else if (typeof data === "string") this.#buffered += this.#buffer.write(data, this.#buffered, "utf8");
    else {
      this.#buffer.set(data, this.#buffered);
      this.#buffered += data.length;
    }
  }

  /** Puts the file in its place. */
  finish(): void {
    this.#flush();
    try {
      fsyncSync(this.#descriptor);
      this.#close();
      renameSync(this.#draft, this.file);
    } catch (error) {
      throw fileError("write", this.file, error);
    }
  }

  /** Leaves nothing behind, unless it was finished. */
  abandon(): void {
    if (!this.#open) return;
    this.#close();
    rmSync(this.#draft, { force: true });
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

  #close(): void {
    this.#open = false;
    closeSync(this.#descriptor);
  }
}

/** Writes a file whole and to the disk, or not at all. */
export function writeDurably(file: string, text: string): void {
  const draft = new Draft(file);
  try {
    draft.write(text);
    draft.finish();
  } finally {
    draft.abandon();
  }
}

/** Sees to it that the names of a folder's files are on the disk. Where folders cannot be opened, the system does it. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // Windows
  }
}
