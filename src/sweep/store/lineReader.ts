import { openSync, readSync } from "node:fs";
import { fileError } from "../../rows/fileError.js";

const WINDOW = 1 << 17;
const NEWLINE = 10;

/** Reads the lines of a file wherever they begin; lines near each other come from one read. */
export class LineReader {
  readonly #file: string;
  readonly #descriptor: number;
  #window = Buffer.allocUnsafe(WINDOW);
  #start = 0;
  #length = 0;

  /** @param descriptor Of the open file; it stays the caller's. */
  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
  }

  /** The line at a byte of the file, without its newline; undefined where none ends behind it. Good until the next call. */
  at(offset: number): Buffer | undefined {
    const inside = offset - this.#start;
    if (inside >= 0 && inside < this.#length) {
      const line = this.#lineAt(inside);
      if (line) return line;
    }
    for (;;) {
      this.#read(offset);
      const line = this.#lineAt(0);
      if (line || this.#length < this.#window.length) return line;
      this.#window = Buffer.allocUnsafe(2 * this.#window.length);
    }
  }

  /** Whether anything stands at a byte that {@link at} has just looked at, be it no whole line. */
  holds(offset: number): boolean {
    return offset < this.#start + this.#length;
  }

  /** Forgets what was read: the file has changed since. */
  forget(): void {
    this.#length = 0;
  }

  #lineAt(place: number): Buffer | undefined {
    const end = this.#window.subarray(0, this.#length).indexOf(NEWLINE, place);
    return end < 0 ? undefined : this.#window.subarray(place, end);
  }

  #read(offset: number): void {
    this.#start = offset;
    this.#length = 0;
    try {
      while (this.#length < this.#window.length) {
        const room = this.#window.length - this.#length;
        const count = readSync(this.#descriptor, this.#window, this.#length, room, offset + this.#length);
        if (count === 0) return;
        this.#length += count;
      }
    } catch (error) {
      throw fileError("read", this.#file, error);
    }
  }
}

/** Opens a file; an error names it. */
export function openFile(file: string, flags: string | number): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    throw fileError(flags === "r" ? "read" : "write", file, error);
  }
}
