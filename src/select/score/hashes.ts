import { scratchFiles } from "../../rows/scratch.js";
import type { Scratch, ScratchFile } from "../../text/ngramCorpus.js";

/** Rows are parted by the four highest bits of their hash, so that those of one hash are in one part. */
const PARTS = 16;
const SHIFT = 28;
/** Words of a record: the number of the row, and the low and the high word of its hash. */
const RECORD = 3;
const CHUNK = RECORD * (1 << 14);
/** Beyond so many rows they lie in a temporary file: 24 MB. */
const IN_MEMORY = 1 << 21;

/** Some rows of a part and their hashes, three words each: the number of the row, and the low and the high word of its hash. */
export type HashedRows = Uint32Array;

interface Part {
  chunk: Uint32Array;
  filled: number;
  /** What came before, in order: as it is, or where it lies in the file. */
  full: (Uint32Array | number)[];
}

/** The 64-bit hashes of rows, in parts. Of many rows memory holds one piece of each part; the others are in a temporary file. */
export class HashColumn {
  readonly #inMemory: number;
  readonly #scratch: Scratch;
  readonly #parts = new Array<Part | undefined>(PARTS).fill(undefined);
  #rows = 0;
  #file: ScratchFile | undefined;

  /** @param inMemory Beyond so many rows there is a file. */
  constructor(inMemory = IN_MEMORY, scratch = scratchFiles) {
    this.#inMemory = inMemory;
    this.#scratch = scratch;
  }

  /** @param hashes Two words a row, of the rows behind those that are there. */
  add(hashes: Uint32Array): void {
    for (let i = 0; i < hashes.length; i += 2) {
      const high = hashes[i + 1];
      let part = this.#parts[high >>> SHIFT];
      if (part === undefined) {
        part = { chunk: new Uint32Array(CHUNK), filled: 0, full: [] };
        this.#parts[high >>> SHIFT] = part;
      }
      const { chunk } = part;
      chunk[part.filled] = this.#rows++;
      chunk[part.filled + 1] = hashes[i];
      chunk[part.filled + 2] = high;
      part.filled += RECORD;
      if (part.filled === CHUNK) this.#store(part);
    }
  }

  #store(part: Part): void {
    part.filled = 0;
    if (this.#file === undefined && this.#rows <= this.#inMemory) {
      part.full.push(part.chunk);
      part.chunk = new Uint32Array(CHUNK);
      return;
    }
    if (this.#file === undefined) {
      this.#file = this.#scratch.open();
      for (const { full } of this.#parts.filter((one) => one !== undefined))
        for (const [i, chunk] of full.entries()) if (typeof chunk !== "number") full[i] = this.#append(chunk);
    }
    part.full.push(this.#append(part.chunk));
  }

  #append(chunk: Uint32Array): number {
    const file = this.#file as ScratchFile;
    const place = file.length;
    file.append(chunk);
    return place;
  }

  /** The parts; of each its rows in rising order, some at a time, which hold until the next are asked for. */
  *parts(): Generator<Iterable<HashedRows>> {
    for (const part of this.#parts) if (part !== undefined) yield this.#rowsOf(part);
  }

  *#rowsOf({ chunk, filled, full }: Part): Generator<HashedRows> {
    let room: Uint32Array | undefined;
    for (const one of full) {
      if (typeof one !== "number") yield one;
      else {
        room ??= new Uint32Array(CHUNK);
        this.#file?.read(one, room);
        yield room;
      }
    }
    yield chunk.subarray(0, filled);
  }

  /** Gives everything back. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#parts.fill(undefined);
  }
}

/**
 * Numbers hashes from 0, in the order in which they come up. The chance that two of n unlike rows have the same 64 bits is
 * below n² / 2^65: 3 in a million for 10^7 rows.
 */
export class HashNumbers {
  /** How many there are. */
  count = 0;
  /** By open addressing, three words a slot: 1 + the number, 0 if it is free, and the words of the hash. */
  #slots = new Uint32Array(RECORD << 6);
  #mask = (1 << 6) - 1;

  /** The number of a hash: `count`, as it was before, if it is new. */
  of(low: number, high: number): number {
    if (3 * this.count > 2 * this.#mask) this.#grow();
    const slots = this.#slots;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = RECORD * slot;
      const found = slots[at];
      if (found === 0) {
        slots[at] = ++this.count;
        slots[at + 1] = low;
        slots[at + 2] = high;
        return this.count - 1;
      }
      if (slots[at + 1] === low && slots[at + 2] === high) return found - 1;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Uint32Array(RECORD * (this.#mask + 1));
    for (let at = 0; at < old.length; at += RECORD) {
      if (old[at] === 0) continue;
      let slot = old[at + 1] & this.#mask;
      while (this.#slots[RECORD * slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots.set(old.subarray(at, at + RECORD), RECORD * slot);
    }
  }
}
