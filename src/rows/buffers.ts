/** Buffers below this are not worth keeping. */
const SMALL = 1 << 14;
const MOST = 16;

/**
 * Large buffers that are used again. A new one costs more than what is read into it: the system clears its memory, and the
 * garbage collector is set to work for every few of them.
 */
export class Buffers {
  readonly #free: ArrayBuffer[] = [];

  /** So many bytes, whatever is in them; they begin at the start of their memory. */
  take(length: number): Uint8Array & { readonly buffer: ArrayBuffer } {
    const found = this.#free.findIndex(({ byteLength }) => byteLength >= length && byteLength <= 2 * length);
    return new Uint8Array(found < 0 ? new ArrayBuffer(length) : this.#free.splice(found, 1)[0], 0, length);
  }

  /** Takes memory back that is not looked at any more. */
  give(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength >= SMALL && this.#free.length < MOST)
      this.#free.push(buffer);
  }
}
