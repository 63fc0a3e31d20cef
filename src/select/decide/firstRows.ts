/**
 * Finds rows of equal hash. The chance that two of n unlike rows have the same 64 bits is below n² / 2^65: 3 in a million
 * for 10^7 rows.
 */
export class FirstRows {
  readonly #hashes: Uint32Array;
  /**
   * By open addressing, two words a slot: 1 + the number of a row, 0 where free, and the high word of its hash. To look
   * elsewhere in memory costs more than all else here, and mostly the slot alone tells rows apart.
   */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** @param hashes Two words a row. */
  constructor(hashes: Uint32Array) {
    this.#hashes = hashes;
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2((hashes.length / 2) * 1.5)));
    this.#slots = new Uint32Array(2 * slots);
    this.#mask = slots - 1;
  }

  /** The first of the rows of this row's hash that were asked about: the row itself where none was. */
  of(row: number): number {
    const low = this.#hashes[2 * row];
    const high = this.#hashes[2 * row + 1];
    const slots = this.#slots;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const found = slots[2 * slot];
      if (found === 0) {
        slots[2 * slot] = row + 1;
        slots[2 * slot + 1] = high;
        return row;
      }
      if (slots[2 * slot + 1] === high && this.#hashes[2 * (found - 1)] === low) return found - 1;
    }
  }
}
