const NEWLINE = 10;
const BRACE = 125;

/** Bytes that grow at their end. */
export class ByteText {
  #buffer: Buffer;
  #length = 0;

  /** @param room To write into, until it is full. */
  constructor({ buffer, byteOffset, byteLength }: Uint8Array = new Uint8Array(0)) {
    this.#buffer = Buffer.from(buffer, byteOffset, byteLength);
  }

  /** Adds a line with its line end, and gives one to the last line of a file that has none. */
  line(from: Uint8Array, start: number, after: number): void {
    this.#reserve(after - start + 1);
    this.#copy(from, start, after);
    if (from[after - 1] !== NEWLINE) this.#buffer[this.#length++] = NEWLINE;
  }

  /** Adds a line of JSON: the beginning of an object up to its last value, in ASCII, and that value. */
  wrapped(beginning: string, from: Uint8Array, start: number, end: number): void {
    this.#reserve(beginning.length + end - start + 2);
    this.#length += this.#buffer.write(beginning, this.#length, "latin1");
    this.#copy(from, start, end);
    this.#buffer[this.#length++] = BRACE;
    this.#buffer[this.#length++] = NEWLINE;
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

  #copy(from: Uint8Array, start: number, end: number): void {
    this.#buffer.set(from.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length));
    longer.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = longer;
  }
}
