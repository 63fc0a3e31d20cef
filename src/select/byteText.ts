const FIRST = 1 << 16;
const NEWLINE = 10;

/** Bytes that grow at their end. */
export class ByteText {
  #buffer = Buffer.alloc(0);
  #length = 0;

  /** Adds a line with its line end, and gives one to the last line of a file that has none. */
  line(from: Buffer, start: number, after: number): void {
    this.bytes(from, start, after);
    if (from[after - 1] !== NEWLINE) this.ascii("\n");
  }

  bytes(from: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    from.copy(this.#buffer, this.#length, start, end);
    this.#length += end - start;
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#buffer.write(text, this.#length, "latin1");
  }

  text(text: string): void {
    this.#reserve(3 * text.length);
    this.#length += this.#buffer.write(text, this.#length, "utf8");
  }

  /** Gives the bytes away. */
  taken(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
    return bytes;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(FIRST, needed, 2 * this.#buffer.length));
    this.#buffer.copy(longer, 0, 0, this.#length);
    this.#buffer = longer;
  }
}
