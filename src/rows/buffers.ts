/** Buffers below this are not worth keeping. */
const SMALL = 1 << 14;
const KEPT = 16;

/**
 * Large buffers that are used again. A new one costs more than what is read into it: the system clears its memory, and the
 * garbage collector is set to work for every few of them.
 */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];

  /** A buffer of at least so many bytes, whatever is in them; it begins at the start of its memory. */
  take(length: number): Buffer {
    const found = this.#free.findIndex(({ byteLength }) => byteLength >= length && byteLength <= 2 * length);
    if (found < 0) return Buffer.allocUnsafeSlow(length);
    return Buffer.from(this.#free.splice(found, 1)[0]);
  }

  /** Takes a buffer back that nobody looks at any more. */
  give(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= SMALL && this.#free.length < KEPT)
      this.#free.push(buffer);
  }
}
